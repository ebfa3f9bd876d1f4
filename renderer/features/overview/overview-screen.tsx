import { useMemo } from 'react'
import type { Overview } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { hashOf } from '../../app/router.ts'
import { Failed, Skeleton } from '../../components/empty-state.tsx'
import { Page, Panel } from '../../components/page.tsx'
import { CampaignTag } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { formatCount, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { arrivals, overlay } from '../../live/merge-events.ts'
import { useBench, useBenchStore } from '../bench/bench-store.ts'
import { CampaignProgress } from '../campaigns/campaign-progress.tsx'
import { needsPerson } from '../campaigns/rollout/shares.ts'
import { useSinks } from '../settings/use-sinks.ts'
import { Attention } from './attention.tsx'
import { BenchCard } from './bench-card.tsx'
import { ConnectCard } from './connect-card.tsx'
import { FirstSteps } from './first-steps.tsx'
import { UpgradesPanel } from './upgrades/upgrades-panel.tsx'
import { VersionsCard } from './versions-card.tsx'
import './overview.css'

const SHOWN = 6
/** So many packages that nobody verified are listed. */
const UNVERIFIED = 4
/** Certificate authorities can be damaged, mended or come of age, and the database be found damaged, while the page is open. */
const INFO_MS = 30_000

const Numbers = ({ overview }: { overview: Overview }) => {
  const t = useTexts()
  const language = useLanguage()
  const ended = overview.succeeded24h + overview.failed24h
  const tiles = [
    {
      key: 'online',
      tone: overview.online > 0 ? 'passed' : 'idle',
      value: overview.online,
      label: t('overview.numbers.online'),
      hint: t('overview.numbers.ofDevices', { count: overview.devices }),
    },
    {
      key: 'running',
      tone: overview.runningCampaigns > 0 ? 'running' : 'idle',
      value: overview.runningCampaigns,
      label: t('overview.numbers.running'),
      hint: t('overview.numbers.openJobs', { count: overview.openJobs }),
    },
    {
      key: 'succeeded',
      tone: overview.succeeded24h > 0 ? 'passed' : 'idle',
      value: overview.succeeded24h,
      label: t('overview.numbers.succeeded'),
      hint:
        ended === 0
          ? t('overview.numbers.noneEnded')
          : t('overview.numbers.rate', { rate: formatPercent((overview.succeeded24h / ended) * 100, language) }),
    },
    {
      key: 'failed',
      tone: overview.failed24h > 0 ? 'failed' : 'idle',
      value: overview.failed24h,
      label: t('overview.numbers.failed'),
      hint: overview.failed24h > 0 ? t('overview.numbers.needsLook') : t('overview.numbers.nothingFailed'),
    },
  ] as const
  return (
    <div className="tiles">
      {tiles.map(({ key, tone, value, label, hint }) => (
        <section key={key} className="panel tile" data-tone={tone}>
          <span className="secondary">{label}</span>
          <b data-testid={`overview-${key}`}>{formatCount(value, language)}</b>
          <span className="secondary small">{hint}</span>
        </section>
      ))}
    </div>
  )
}

/** Where things stand: numbers, what runs, what needs a person, and how to connect. */
export const OverviewScreen = () => {
  const t = useTexts()
  useBench()
  const lines = useBenchStore((state) => state.lines)
  const overview = useQuery('overview', (signal) => client.station.overview(undefined, { signal }))
  usePolled(overview, 2000)
  const info = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  usePolled(info, INFO_MS)
  const sinks = useSinks().data ?? []
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const stamp = useLiveStore((state) => state.packagesStamp)
  const damaged = useQuery(`packages/damaged/${stamp}`, (signal) =>
    client.packages.list({ limit: 1000, damaged: true }, { signal }),
  )
  const unverified = useQuery(`packages/unverified/${stamp}`, (signal) =>
    client.packages.list({ limit: UNVERIFIED, unverified: true }, { signal }),
  )
  const pages = usePages('campaigns', (cursor, signal) => client.campaigns.list({ limit: 50, cursor }, { signal }))
  const latest = useLiveStore((state) => state.campaigns)
  const removed = useLiveStore((state) => state.removed.campaign)
  const campaigns = useMemo(
    () => (pages.loading ? [] : [...arrivals(pages.items, latest), ...overlay(pages.items, latest, removed)]),
    [pages.items, pages.loading, latest, removed],
  )
  // Those that wait for a person may lie beyond the first page.
  const halted = useQuery('campaigns/halted', (signal) =>
    client.campaigns.list({ limit: 1000, status: 'halted' }, { signal }),
  )
  const running = useQuery('campaigns/running', (signal) =>
    client.campaigns.list({ limit: 1000, status: 'running' }, { signal }),
  )
  const concerned = useMemo(() => {
    const older = [...(halted.data?.items ?? []), ...(running.data?.items ?? [])]
    const known = new Map([...older, ...campaigns, ...latest.values()].map((campaign) => [campaign.id, campaign]))
    return [...known.values()].filter(({ id }) => !removed.has(id)).sort((a, b) => b.id - a.id)
  }, [halted.data, running.data, campaigns, latest, removed])
  const shown = useMemo(
    () =>
      [...campaigns]
        .sort((a, b) => Number(b.status === 'running') - Number(a.status === 'running') || b.id - a.id)
        .slice(0, SHOWN),
    [campaigns],
  )

  if (overview.data === undefined) {
    return (
      <Page title={t('overview.title')}>
        <section className="panel fill">
          <Unanswered query={overview} />
        </section>
      </Page>
    )
  }
  const numbers = overview.data
  const first = !pages.loading && campaigns.length === 0 && pages.failure === undefined
  const versions = numbers.products > 0 && products.data !== undefined && (
    <VersionsCard products={products.data.items} />
  )
  if (first) {
    return (
      <Page title={t('overview.title')}>
        <FirstSteps overview={numbers} />
        {lines.length > 0 && <BenchCard lines={lines} />}
        <Attention
          campaigns={concerned}
          damaged={damaged.data?.items}
          unverified={unverified.data?.items ?? []}
          lines={lines}
          sinks={sinks}
          info={info.data}
          onlyIfNeeded={lines.length === 0}
        />
        {versions}
        {info.data !== undefined && <ConnectCard info={info.data} wide />}
      </Page>
    )
  }
  return (
    <Page title={t('overview.title')}>
      <Numbers overview={numbers} />
      <div className="overview-grid">
        <div className="overview-column">
          <Panel
            title={t('overview.campaigns')}
            extra={<a href={hashOf('campaigns')}>{t('overview.allCampaigns')}</a>}
            testId="overview-campaigns"
          >
            {pages.loading ? (
              <Skeleton rows={4} />
            ) : pages.failure !== undefined && shown.length === 0 ? (
              <Failed failure={pages.failure} retry={pages.reload} />
            ) : (
              <ul className="overview-campaigns">
                {shown.map((campaign) => (
                  <li key={campaign.id}>
                    <a href={hashOf('campaigns', campaign.id)}>
                      <span className="overview-name">
                        <b>{campaign.name}</b>
                        <span className="secondary small">
                          {campaign.productName} → {campaign.toVersion}
                        </span>
                      </span>
                      <CampaignTag status={campaign.status} counts={campaign.counts} waiting={needsPerson(campaign)} />
                      <CampaignProgress counts={campaign.counts} />
                    </a>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          {lines.length > 0 && <BenchCard lines={lines} />}
          <Attention
            campaigns={concerned}
            damaged={damaged.data?.items}
            unverified={unverified.data?.items ?? []}
            lines={lines}
            sinks={sinks}
            info={info.data}
          />
          {versions}
        </div>
        <div className="overview-column">{info.data !== undefined && <ConnectCard info={info.data} />}</div>
      </div>
      {products.data !== undefined && products.data.items.length > 0 && (
        <UpgradesPanel products={products.data.items} />
      )}
    </Page>
  )
}
