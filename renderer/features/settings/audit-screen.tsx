import { Select } from 'antd'
import { useMemo, useState } from 'react'
import type { Language } from '#shared/languages.ts'
import type { AuditEntry } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { hashOf } from '../../app/router.ts'
import { Empty } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { PagedTable } from '../../components/paged-table.tsx'
import { usePagedList } from '../../components/use-paged-list.ts'
import type { Column } from '../../components/virtual-table.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { actionText, auditActions, detailText } from './audit-text.ts'

const columnsOf = (t: Translate, language: Language): Column<AuditEntry>[] => [
  {
    key: 'at',
    title: t('reports.audit.at'),
    width: '150px',
    render: (entry) => <time dateTime={entry.at}>{formatDateTime(entry.at, language)}</time>,
  },
  {
    key: 'by',
    title: t('reports.audit.by'),
    width: 'minmax(90px, 0.7fr)',
    render: ({ operator }) => operator ?? <span className="secondary">{t('reports.audit.unnamed')}</span>,
  },
  {
    key: 'source',
    title: t('reports.audit.source'),
    width: '64px',
    render: ({ source }) => <span className="secondary">{t(`reports.audit.sources.${source}`)}</span>,
  },
  {
    key: 'action',
    title: t('reports.audit.action'),
    width: 'minmax(130px, 0.9fr)',
    render: ({ action }) => <b>{actionText(action, language)}</b>,
  },
  {
    key: 'subject',
    title: t('reports.audit.subject'),
    width: 'minmax(140px, 1.2fr)',
    render: ({ subject }) => <span title={subject}>{subject}</span>,
  },
  {
    key: 'detail',
    title: t('reports.audit.detail'),
    width: 'minmax(160px, 2fr)',
    render: ({ detail }) => {
      const words = detailText(detail, language)
      return (
        <span className="secondary small" title={words}>
          {words}
        </span>
      )
    },
  },
]

/** Who did what, newest first. */
export const AuditScreen = () => {
  const t = useTexts()
  const language = useLanguage()
  const [action, setAction] = useState<string>()
  const list = usePagedList({ filter: { action }, read: (page, options) => client.audit.list(page, options) })
  const columns = useMemo(() => columnsOf(t, language), [t, language])
  return (
    <Page
      fill
      title={t('reports.audit.title')}
      facts={t('reports.audit.hint')}
      actions={<a href={hashOf('settings')}>{t('settings.title')}</a>}
    >
      <section className="panel fill">
        <div className="toolbar">
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            style={{ width: 220 }}
            placeholder={t('reports.audit.all')}
            aria-label={t('reports.audit.action')}
            value={action}
            onChange={setAction}
            options={auditActions.map((value) => ({ value, label: actionText(value, language) }))}
          />
        </div>
        <PagedTable
          list={list}
          label={t('reports.audit.title')}
          testId="audit-table"
          columns={columns}
          rowHeight={41}
          empty={<Empty title={t('reports.audit.empty')} hint={t('reports.audit.hint')} />}
          noMatch={<Empty title={t('noMatch')} hint={t('reports.audit.hint')} />}
        />
      </section>
    </Page>
  )
}
