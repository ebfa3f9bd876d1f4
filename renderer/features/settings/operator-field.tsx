import { Input } from 'antd'
import { useState } from 'react'
import { useOperatorStore } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'

/** Who works at this screen, for the log of actions. */
export const OperatorField = () => {
  const t = useTexts()
  const { name, rename } = useOperatorStore()
  const [typed, setTyped] = useState(name)
  return (
    <div>
      <Input
        value={typed}
        maxLength={64}
        style={{ maxWidth: 260 }}
        placeholder={t('reports.audit.operatorPlaceholder')}
        aria-label={t('reports.audit.operator')}
        data-testid="operator-name"
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => rename(typed)}
        onPressEnter={() => rename(typed)}
      />
      <div className="secondary small">{t('reports.audit.operatorHint')}</div>
    </div>
  )
}
