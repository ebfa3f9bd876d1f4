import { Button } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Campaign, Job } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Empty } from '../../components/empty-state.tsx'
import { ListBody } from '../../components/list-body.tsx'
import { partOf } from '../../components/list-state.ts'
import { Page } from '../../components/page.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { clearSelection, createSelection, type Selection, useSelected } from '../../components/selection.tsx'
import { CampaignTag } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { VirtualTable } from '../../components/virtual-table.tsx'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { createJobsStore } from '../../live/jobs-store.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { CampaignActions } from './campaign-actions.tsx'

import { jobColumns } from './job-columns.tsx'
import { JobDrawer } from './job-drawer.tsx'
import { countOf, type JobFilter, jobFilters, shownJobs } from './job-filter.ts'
import { NumbersPanel } from './numbers-panel.tsx'

import { DecisionBar } from './rollout/decision-bar.tsx'
import { GroupsRow } from './rollout/groups-row.tsx'
import { needsPerson } from './rollout/shares.ts'
import { groupName } from './rollout/wait-reasons.ts'
import './campaigns.css'
import type { TFunction } from 'i18next'

import { CloneModal } from './rollout/clone-modal.tsx'

/** The actions for the selected rows. */
const ChosenBar = ({ campaign, selection }: { campaign: Campaign; selection: Selection }) => {
  const t = useTexts()
  const chosen = useSelected(selection)
  const [open, setOpen] = useState(false)
  if (chosen.size === 0) return null
  return (
    <>
      <span className="strong" data-testid="rows-chosen">
        {t('campaigns.rollout.selected', { count: chosen.size })}
      </span>
      <Button size="small" type="primary" onClick={() => setOpen(true)} data-testid="reupgrade">
        {t('campaigns.rollout.reupgrade')}
      </Button>
      <Button size="small" onClick={() => clearSelection(selection)}>
        {t('campaigns.rollout.clear')}
      </Button>
      <CloneModal campaign={campaign} deviceIds={[...chosen]} open={open} onClose={() => setOpen(false)} />
    </>
  )
}

/** A campaign in one line: versions, product, module, upgrade type. */
const campaignFacts = (campaign: Campaign, t: TFunction): string => {
  const from = campaign.fromVersions.length === 0 ? t('campaigns.facts.any') : campaign.fromVersions.join(', ')
  return [
    `${from} → ${campaign.toVersion}`,
    campaign.productName,
    campaign.module === 'default' ? undefined : `${t('module')} ${campaign.module}`,
    campaign.kind === 'verify' ? t('campaigns.facts.kindVerify') : undefined,
    t(`deltas.mode.names.${campaign.mode}`),
    campaign.protocol.toUpperCase(),
    campaign.push ? undefined : t('campaigns.facts.wait'),
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

const LiveCampaign = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const [jobsStore] = useState(() => createJobsStore(campaign.id))
  useEffect(() => jobsStore.start(), [jobsStore])
  const jobs = useStore(jobsStore.store)
  const [filter, setFilter] = useState<JobFilter>('all')
  const [search, setSearch] = useState('')
  const [opened, setOpened] = useState<number | null>(null)
  const [selection] = useState(createSelection)
  const { push, status } = campaign
  const shown = useMemo(() => shownJobs(jobs, filter, search), [jobs, filter, search])
  const listed = useRef(shown)
  listed.current = shown
  // Counts change ten times a second, open states do not: rows render again only for the latter.
  const closedKey = JSON.stringify(
    campaign.groups.map((group) => (group.openedAt === null ? groupName(group, campaign.groups.length, t) : null)),
  )
  const columns = useMemo(() => {
    const names = JSON.parse(closedKey) as (string | null)[]
    const closed = new Map(names.flatMap((name, index) => (name === null ? [] : [[index, name] as const])))
    return jobColumns(
      t,
      language,
      { push, status, closed },
      { selection, listed: () => listed.current.map((job) => job.deviceId) },
    )
  }, [t, language, push, status, closedKey, selection])
  const [open] = useState(() => (job: Job) => setOpened(job.id))

  const { failure, order, complete } = jobs
  const read = { items: order, failure, loading: shown.length === 0 && !complete, reload: jobsStore.read }

  return (
    <Page
      fill
      title={campaign.name}
      tag={<CampaignTag headline status={campaign.status} counts={campaign.counts} waiting={needsPerson(campaign)} />}
      facts={campaignFacts(campaign, t)}
      actions={<CampaignActions campaign={campaign} />}
    >
      <NumbersPanel campaign={campaign} jobs={jobs} />
      <GroupsRow campaign={campaign} />
      <DecisionBar campaign={campaign} seeFailed={() => setFilter('failed')} />
      <section className="panel fill">
        <div className="toolbar">
          <fieldset className="pills" aria-label={t('status')}>
            {jobFilters
              .filter((item) => item === 'all' || item === filter || countOf(campaign.counts, jobs, item) > 0)
              .map((item) => (
                <button
                  key={item}
                  type="button"
                  className="pill"
                  aria-pressed={item === filter}
                  data-testid={`filter-${item}`}
                  onClick={() => setFilter(item)}
                >
                  {t(`campaigns.live.filters.${item}`)}
                  <b>{formatCount(countOf(campaign.counts, jobs, item), language)}</b>
                </button>
              ))}
          </fieldset>
          <div className="toolbar-end">
            <ChosenBar campaign={campaign} selection={selection} />
            <SearchBox
              value={search}
              onChange={setSearch}
              placeholder={t('campaigns.live.searchHint')}
              testId="job-search"
            />
          </div>
        </div>
        <ListBody
          list={partOf(read, shown)}
          empty={
            <Empty
              title={t('campaigns.live.empty')}
              actions={
                <Button
                  onClick={() => {
                    setFilter('all')
                    setSearch('')
                  }}
                >
                  {t('clearFilters')}
                </Button>
              }
            />
          }
        >
          <VirtualTable
            label={t('campaigns.live.tableLabel')}
            testId="jobs-table"
            items={shown}
            columns={columns}
            rowHeight={41}
            onOpen={open}
            activeId={opened ?? undefined}
            rowLabel={(job) => job.deviceName}
          />
        </ListBody>
      </section>
      <JobDrawer
        job={opened === null ? undefined : jobs.byId.get(opened)}
        groups={campaign.groups}
        onClose={() => setOpened(null)}
        onChanged={(job) => jobsStore.merge([job])}
      />
    </Page>
  )
}

/** One campaign, live. */
export const CampaignPage = ({ id }: { id: number }) => {
  const t = useTexts()
  const query = useQuery(`campaign/${id}`, (signal) => client.campaigns.get({ id }, { signal }))
  const latest = useLiveStore((state) => state.campaigns.get(id))
  const campaign = latest ?? query.data
  if (campaign !== undefined) return <LiveCampaign campaign={campaign} />
  return (
    <Page title={t('campaigns.title')}>
      <section className="panel fill">
        <Unanswered query={query} />
      </section>
    </Page>
  )
}
