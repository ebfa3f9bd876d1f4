import { CheckOutlined, CopyOutlined, EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type MouseEvent, useEffect, useState } from 'react'
import { useTexts } from '../i18n/i18n.ts'

/** Copies text to the clipboard, also where the page is not a secure context (a station opened by its LAN address). */
export const copyText = async (text: string): Promise<void> => {
  if (window.isSecureContext) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

const CopyButton = ({ text, what }: { text: string; what: string }) => {
  const t = useTexts()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (event: MouseEvent) => {
    event.stopPropagation()
    copyText(text).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <Button
      type="text"
      size="small"
      aria-label={copied ? t('copied') : `${t('copy')} ${what}`}
      title={copied ? t('copied') : t('copy')}
      icon={copied ? <CheckOutlined /> : <CopyOutlined />}
      onClick={copy}
    />
  )
}

interface CopyableProps {
  text: string
  /** The name of the value, for the button's label. */
  what: string
  /** Hidden until the user shows it. */
  secret?: boolean
}

/** A value in a monospaced font with a button that copies it. */
export const Copyable = ({ text, what, secret = false }: CopyableProps) => {
  const t = useTexts()
  const [shown, setShown] = useState(!secret)
  return (
    <span className="copyable">
      <span className="mono">{shown ? text : '•'.repeat(12)}</span>
      {secret && (
        <Button
          type="text"
          size="small"
          aria-label={`${shown ? t('conceal') : t('reveal')} ${what}`}
          title={shown ? t('conceal') : t('reveal')}
          icon={shown ? <EyeInvisibleOutlined /> : <EyeOutlined />}
          onClick={() => setShown(!shown)}
        />
      )}
      <CopyButton text={text} what={what} />
    </span>
  )
}
