import { useEffect, useRef, useState } from 'react'
import type { Campaign } from '#shared/schema.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import type { JobState } from '#shared/states/job.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { campaignLook } from '../../components/outcome.ts'
import { Segments, totalOf } from '../../components/segments.tsx'
import { jobLooks } from '../../components/tones.ts'
import { useNow } from '../../components/use-now.ts'
import { formatBytes, formatCount, formatDecimal, formatDuration, formatRough } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { paceOf } from '../../live/job-pace.ts'
import type { JobsState } from '../../live/merge-events.ts'
import { type Sample, throughputOf, withSample } from '../../live/throughput.ts'
import { shareText } from '../packages/deltas/delta-text.ts'
import { needsPerson } from './rollout/shares.ts'

import { waitText } from './rollout/wait-reasons.ts'

/** What the campaign waits for, with a countdown. Its space is reserved while the campaign is open, so that nothing below moves. */
const WaitLine = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  // Decisions of the operator are shown larger, in a separate bar.
  if (!isOneOf<string>(openCampaignStatuses, campaign.status) || needsPerson(campaign)) return null
  const words = waitText(campaign, now, t, language)
  return (
    <p className="wait-line secondary" data-testid="wait-line" data-waits={campaign.waitsFor ?? ''}>
      {words !== undefined && <span aria-hidden="true">◷ </span>}
      {words ?? ' '}
    </p>
  )
}

const order: readonly JobState[] = [
  'installing',
  'downloading',
  'notified',
  'pending',
  'failed',
  'skipped',
  'cancelled',
]
/** Shown even at zero, so that the numbers keep their position. */
const always: readonly JobState[] = ['installing', 'downloading', 'pending', 'failed']

const Elapsed = ({ campaign }: { campaign: Campaign }) => {
  const now = useNow()
  const t = useTexts()
  if (campaign.startedAt === null) return null
  const end = campaign.finishedAt === null ? now : Date.parse(campaign.finishedAt)
  return (
    <div className="number">
      <b>{formatDuration(end - Date.parse(campaign.startedAt))}</b>
      <span>{t('campaigns.live.elapsed')}</span>
    </div>
  )
}

const PaceNumbers = ({ jobs }: { jobs: JobsState }) => {
  const now = useNow()
  const t = useTexts()
  const language = useLanguage()
  const pace = paceOf(jobs.byId.values(), now)
  if (pace.perMinute === 0) return null
  return (
    <>
      <div className="number">
        <b>{formatDecimal(pace.perMinute < 10 ? pace.perMinute : Math.round(pace.perMinute), language)}</b>
        <span>{t('campaigns.live.perMinute')}</span>
      </div>
      {pace.leftMs !== null && (
        <div className="number">
          <b>{formatRough(pace.leftMs, language)}</b>
          <span>{t('campaigns.live.left')}</span>
        </div>
      )}
    </>
  )
}

/** Bytes that its devices download: the present rate, and the total. */
const BytesNumbers = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  const { bytesServed, bytesSaved, status } = campaign
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const latest = useRef(bytesServed)
  latest.current = bytesServed
  useEffect(() => setSamples((before) => withSample(before, { at: now, bytes: latest.current })), [now])
  if (bytesServed === 0) return null
  const speed = throughputOf(samples)
  return (
    <>
      <div className="number">
        <b data-testid="bytes-served" data-bytes={bytesServed}>
          {formatBytes(bytesServed, language)}
        </b>
        <span>
          {t('campaigns.rollout.served')}
          {status === 'running' && speed > 0 && (
            <>
              {' · '}
              <span data-testid="throughput" title={t('campaigns.rollout.throughput')}>
                {formatBytes(speed, language)}/s
              </span>
            </>
          )}
        </span>
      </div>
      {bytesSaved > 0 && (
        <div className="number" data-tone="passed" title={t('deltas.live.savedHint')}>
          <b data-testid="bytes-saved" data-bytes={bytesSaved}>
            {formatBytes(bytesSaved, language)}
          </b>
          <span>
            {t('deltas.live.savedLabel', { percent: shareText(bytesSaved / (bytesServed + bytesSaved), language) })}
          </span>
        </div>
      )}
    </>
  )
}

/** The numbers first: succeeded, remaining, time; then the bar. */
export const NumbersPanel = ({ campaign, jobs }: { campaign: Campaign; jobs: JobsState }) => {
  const t = useTexts()
  const language = useLanguage()
  const { counts } = campaign
  const shown = order.filter((state) => always.includes(state) || counts[state] > 0)
  return (
    <section className="panel numbers" aria-live="off">
      <div className="numbers-row">
        <div className="number-main" data-tone={campaignLook(campaign.status, counts).tone} data-testid="counts-done">
          <b data-testid="counts-succeeded" data-count={counts.succeeded}>
            {formatCount(counts.succeeded, language)}
          </b>
          <span>
            / {formatCount(totalOf(counts), language)} {t('campaigns.live.done')}
          </span>
        </div>
        {shown.map((state) => (
          <div
            key={state}
            className="number"
            data-tone={counts[state] === 0 ? 'idle' : jobLooks[state].tone}
            data-zero={counts[state] === 0}
          >
            <b data-testid={`counts-${state}`} data-count={counts[state]}>
              {formatCount(counts[state], language)}
            </b>
            <span>
              <i aria-hidden="true">{jobLooks[state].glyph}</i> {t(`campaigns.live.counts.${state}`)}
            </span>
          </div>
        ))}
      </div>
      <Segments counts={counts} />
      {/* A line of their own: speeds come and go, and nothing below may jump for them. */}
      <div className="numbers-foot">
        <WaitLine campaign={campaign} />
        <div className="numbers-end">
          <BytesNumbers campaign={campaign} />
          {campaign.status === 'running' && !needsPerson(campaign) && <PaceNumbers jobs={jobs} />}
          <Elapsed campaign={campaign} />
        </div>
      </div>
    </section>
  )
}
