import { Alert, Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { currentToken, signIn } from '../api/client.ts'
import { tokenFrom } from '../api/token.ts'
import { useTexts } from '../i18n/i18n.ts'

/** Asks for the token where the address contained none, or an invalid one. */
export const Gate = () => {
  const t = useTexts()
  const [pasted, setPasted] = useState('')
  const [wrong, setWrong] = useState(false)
  const open = (event: FormEvent) => {
    event.preventDefault()
    const token = tokenFrom(pasted)
    if (token === null) setWrong(true)
    else signIn(token)
  }
  return (
    <main className="gate" id="content">
      <form className="panel" onSubmit={open}>
        <h1 style={{ fontSize: 20 }}>{t('gate.title')}</h1>
        <p className="secondary">{t('gate.hint')}</p>
        {(wrong || currentToken() !== null) && (
          <Alert type="error" title={wrong ? t('gate.wrong') : t('gate.refused')} />
        )}
        <Input.Password
          autoFocus
          aria-label={t('gate.label')}
          placeholder={t('gate.label')}
          value={pasted}
          onChange={(event) => setPasted(event.target.value)}
          data-testid="token"
        />
        <Button type="primary" htmlType="submit">
          {t('gate.open')}
        </Button>
      </form>
    </main>
  )
}
