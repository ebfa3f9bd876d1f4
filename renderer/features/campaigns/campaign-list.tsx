import { PlusOutlined, RocketOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useMemo, useState } from 'react'
import type { Language } from '#shared/languages.ts'
import type { Campaign } from '#shared/schema.ts'
import { type CampaignStatus, campaignStatuses } from '#shared/states/campaign.ts'
import { client } from '../../api/client.ts'
import { go } from '../../app/router.ts'
import { Empty } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { PagedTable } from '../../components/paged-table.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { CampaignTag } from '../../components/state-label.tsx'
import { useNow } from '../../components/use-now.ts'
import { usePagedList } from '../../components/use-paged-list.ts'
import type { Column } from '../../components/virtual-table.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { CampaignProgress } from './campaign-progress.tsx'
import { needsPerson } from './rollout/shares.ts'
import { shortWait } from './rollout/wait-reasons.ts'
import './campaigns.css'

const open = (campaign: Campaign) => go('campaigns', campaign.id)

const WaitShort = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const words = shortWait(campaign, useNow(), t, useLanguage())
  return words === undefined ? null : <span className="cell-two secondary small">{words}</span>
}

const columnsOf = (t: Translate, language: Language): Column<Campaign>[] => [
  {
    key: 'name',
    title: t('campaigns.columns.campaign'),
    width: 'minmax(200px, 1.4fr)',
    render: (campaign) => (
      <>
        <span className="cell-two strong">{campaign.name}</span>
        <span className="cell-two secondary small">
          {campaign.productName} · {campaign.packageName} → {campaign.toVersion}
        </span>
      </>
    ),
  },
  {
    key: 'status',
    title: t('status'),
    width: '200px',
    render: (campaign) => (
      <>
        <CampaignTag status={campaign.status} counts={campaign.counts} waiting={needsPerson(campaign)} />
        {campaign.kind === 'verify' && <span className="secondary small"> {t('campaigns.kind.verify')}</span>}
        <WaitShort campaign={campaign} />
      </>
    ),
  },
  {
    key: 'progress',
    title: t('campaigns.columns.progress'),
    width: 'minmax(260px, 2fr)',
    render: (campaign) => <CampaignProgress counts={campaign.counts} />,
  },
  {
    key: 'created',
    title: t('campaigns.columns.started'),
    width: '150px',
    render: (campaign) => <span className="secondary">{formatDateTime(campaign.createdAt, language)}</span>,
  },
]

/** Every campaign, newest first, its bars live. */
export const CampaignList = () => {
  const t = useTexts()
  const language = useLanguage()
  const [status, setStatus] = useState<CampaignStatus | undefined>()
  const [q, setQ] = useState('')
  const latest = useLiveStore((state) => state.campaigns)
  const removed = useLiveStore((state) => state.removed.campaign)
  const list = usePagedList({
    filter: { status, q },
    read: (page, options) => client.campaigns.list(page, options),
    live: { latest, removed, joinNew: true },
  })
  const columns = useMemo(() => columnsOf(t, language), [t, language])

  return (
    <Page
      fill
      title={t('campaigns.title')}
      actions={
        <Button
          type="primary"
          icon={<PlusOutlined />}
          data-testid="new-campaign"
          onClick={() => go('campaigns', 'new')}
        >
          {t('campaigns.add')}
        </Button>
      }
    >
      <section className="panel fill">
        <div className="toolbar">
          <Select
            allowClear
            style={{ width: 150 }}
            placeholder={t('campaigns.allStatuses')}
            aria-label={t('status')}
            value={status}
            onChange={setStatus}
            options={campaignStatuses.map((value) => ({ value, label: t(`states.campaign.${value}`) }))}
          />
          <div className="toolbar-end">
            <SearchBox value={q} onChange={setQ} placeholder={t('campaigns.searchHint')} testId="campaign-search" />
          </div>
        </div>
        <PagedTable
          list={list}
          label={t('campaigns.title')}
          testId="campaigns-table"
          columns={columns}
          rowHeight={54}
          onOpen={open}
          rowLabel={(campaign) => campaign.name}
          empty={
            <Empty
              icon={<RocketOutlined />}
              title={t('campaigns.empty')}
              hint={t('campaigns.emptyHint')}
              actions={
                <Button type="primary" icon={<PlusOutlined />} onClick={() => go('campaigns', 'new')}>
                  {t('campaigns.add')}
                </Button>
              }
            />
          }
        />
      </section>
    </Page>
  )
}
