import { DisconnectOutlined, InboxOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Failure } from '../api/failure.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { failureText } from './status-text.ts'

interface EmptyProps {
  icon?: ReactNode
  title: string
  hint?: string
  actions?: ReactNode
}

/** An empty list shows what to do next. */
export const Empty = ({ icon = <InboxOutlined />, title, hint, actions }: EmptyProps) => (
  <div className="hollow" data-kind="empty" data-testid="empty">
    <div className="hollow-icon">{icon}</div>
    <h3>{title}</h3>
    {hint !== undefined && <p className="secondary">{hint}</p>}
    {actions !== undefined && <div className="hollow-actions">{actions}</div>}
  </div>
)

/** A list that could not be read shows the reason and a retry button. */
export const Failed = ({ failure, retry }: { failure: Failure; retry: () => void }) => {
  const t = useTexts()
  const language = useLanguage()
  return (
    <div className="hollow" data-kind="failure" role="alert">
      <div className="hollow-icon">
        <DisconnectOutlined />
      </div>
      <h3>{t('listFailed')}</h3>
      <p className="secondary">{failureText(failure, language, t)}</p>
      <div className="hollow-actions">
        <Button onClick={retry}>{t('retry')}</Button>
      </div>
    </div>
  )
}

const widths = ['72%', '58%', '66%', '49%', '61%', '54%', '69%', '45%']

/** The placeholder while a list is read. */
export const Skeleton = ({ rows = 8 }: { rows?: number }) => {
  const t = useTexts()
  return (
    <div className="bones" role="status" aria-label={t('loading')}>
      {widths.slice(0, rows).map((width) => (
        <i key={width} style={{ width }} />
      ))}
    </div>
  )
}
