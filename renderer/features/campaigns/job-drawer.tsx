import { Button, Drawer } from 'antd'
import { useState } from 'react'
import type { CampaignGroup, Job, JobEvent } from '#shared/schema.ts'
import { isOpenJob } from '#shared/states/job.ts'
import { texts } from '#shared/texts/index.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { hashOf } from '../../app/router.ts'
import { Facts } from '../../components/facts.tsx'
import { Presence, StateWord } from '../../components/state-label.tsx'
import { jobLooks } from '../../components/tones.ts'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatClock, formatDateTime, formatDuration, formatTime } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { artifactText, deviceText, explanation, shortReason, stateText } from './job-text.ts'
import { gapsOf, phasesOf } from './rollout/phases.ts'
import { groupName, timeLeftText } from './rollout/wait-reasons.ts'

type What = keyof (typeof texts)['en']['screen']['campaigns']['job']['what']
const isWhat = (what: string): what is What => what in texts.en.screen.campaigns.job.what

/** Details of an event: a version, the number of the attempt, the reason of a failure, the device's text. */
const detailOf = ({ what, detail, reason }: JobEvent, t: Translate): string | null => {
  const short = what === 'failed' ? shortReason(reason, detail, t) : undefined
  if (short !== undefined)
    return deviceText({ errorCode: reason, description: detail }) ? `${short} · ${detail}` : short
  if (detail === null) return null
  if (what === 'created') return t('campaigns.job.from', { version: detail })
  if (what === 'retry' || what === 'autoRetry') return t('campaigns.live.attempt', { count: Number(detail) })
  return detail
}

const TimelineItem = ({ event, gap }: { event: JobEvent; gap: number | null }) => {
  const t = useTexts()
  const language = useLanguage()
  const look = jobLooks[event.state]
  const detail = detailOf(event, t)
  return (
    <li data-tone={look.tone}>
      <span className="timeline-glyph" aria-hidden="true">
        {look.glyph}
      </span>
      <time dateTime={event.at} title={formatDateTime(event.at, language)}>
        {formatClock(event.at, language)}
      </time>
      <span>
        {isWhat(event.what) ? t(`campaigns.job.what.${event.what}`) : event.what}
        {detail !== null && <span className="secondary small timeline-detail">{detail}</span>}
      </span>
      <span className="secondary small">{gap === null ? '' : `+${formatDuration(gap)}`}</span>
    </li>
  )
}

/** The duration of each part, from the notice to the version report. */
const Phases = ({ events }: { events: readonly JobEvent[] }) => {
  const t = useTexts()
  const phases = phasesOf(events)
  if (phases.length === 0) return null
  return (
    <dl className="phases" data-testid="job-phases">
      {phases.map(({ name, ms }) => (
        <div key={name}>
          <dd>{formatDuration(ms)}</dd>
          <dt>{t(`campaigns.rollout.phases.${name}`)}</dt>
        </div>
      ))}
      {phases.length > 1 && (
        <div>
          <dd>{formatDuration(phases.reduce((sum, { ms }) => sum + ms, 0))}</dd>
          <dt>{t('campaigns.rollout.phases.total')}</dt>
        </div>
      )}
    </dl>
  )
}

const Timeline = ({ job }: { job: Job }) => {
  const query = useQuery(`job/${job.id}/${job.state}/${job.attempt}/${job.patienceUntil ?? ''}`, (signal) =>
    client.jobs.get({ id: job.id }, { signal }),
  )
  if (query.data === undefined || query.failure !== undefined) return <Unanswered query={query} rows={4} />
  const { events } = query.data
  const gaps = gapsOf(events)
  return (
    <>
      <Phases events={events} />
      <ol className="timeline" data-testid="job-timeline">
        {events.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: history only grows at its end
          <TimelineItem key={index} event={event} gap={gaps[index] ?? null} />
        ))}
      </ol>
    </>
  )
}

/** A future time with the remaining time. */
const Until = ({ at }: { at: string }) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  return t('campaigns.rollout.retryIn', {
    time: formatTime(Date.parse(at), language),
    left: timeLeftText(Math.max(0, Date.parse(at) - now), t),
  })
}

interface DetailsProps {
  job: Job
  groups: readonly CampaignGroup[]
  onChanged: (job: Job) => void
}

const Details = ({ job, groups, onChanged }: DetailsProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const [busy, setBusy] = useState(false)
  const reason = explanation(job, language)
  const words = deviceText(job)
  const group = groups[job.group]
  const run = async (action: () => Promise<Job>) => {
    setBusy(true)
    const changed = await act(action)
    if (changed !== undefined) onChanged(changed)
    setBusy(false)
  }
  return (
    <>
      <Facts
        items={[
          [
            t('status'),
            <StateWord key="s" look={jobLooks[job.state]}>
              {stateText(job, t, language)}
            </StateWord>,
          ],
          [t('version'), `${job.fromVersion ?? t('notReported')} → ${job.toVersion}`],
          [t('module'), job.module],
          [
            t('deltas.live.artifact'),
            <span key="a" data-testid="job-artifact" data-artifact={job.artifact ?? 'none'}>
              {artifactText(job, t, language)}
              {job.artifactNote !== null && (
                <span className="secondary small job-artifact-note">
                  {texts[language].artifactNotes[job.artifactNote]}
                </span>
              )}
            </span>,
          ],
          [t('devicesPage.columns.presence'), <Presence key="p" online={job.online} />],
          [
            t('campaigns.rollout.groupFact'),
            groups.length > 1 && group !== undefined ? groupName(group, groups.length, t) : undefined,
          ],
          [t('campaigns.rollout.attemptFact'), job.attempt > 1 ? job.attempt : undefined],
          [t('campaigns.rollout.retryFact'), job.retryAt === null ? undefined : <Until key="r" at={job.retryAt} />],
          [
            t('campaigns.rollout.deadlineFact'),
            job.deadlineAt === null ? undefined : <Until key="d" at={job.deadlineAt} />,
          ],
        ]}
      />
      {(reason !== undefined || words !== undefined) && (
        <div className="section">
          <h3>{t('campaigns.job.reason')}</h3>
          {reason !== undefined && (
            <p className="note" data-tone={jobLooks[job.state].tone} data-testid="job-reason">
              {reason}
            </p>
          )}
          {words !== undefined && (
            <blockquote className="said">
              <span className="secondary small">{t('campaigns.job.words')}</span>
              <p className="mono">{job.description}</p>
            </blockquote>
          )}
        </div>
      )}
      <div className="section">
        <h3>{t('campaigns.job.timeline')}</h3>
        <Timeline job={job} />
      </div>
      <div className="drawer-actions">
        {job.state === 'failed' && (
          <Button
            type="primary"
            loading={busy}
            onClick={() => run(() => client.jobs.retry({ id: job.id }))}
            data-testid="job-retry"
          >
            {t('campaigns.job.retry')}
          </Button>
        )}
        {isOpenJob(job.state) && (
          <Button
            danger
            disabled={busy}
            data-testid="job-cancel"
            onClick={() =>
              ask({
                title: t('campaigns.job.cancelTitle', { device: job.deviceName }),
                hint: t('campaigns.job.cancelHint'),
                confirm: t('campaigns.job.cancelNow'),
                keep: t('campaigns.actions.keep'),
                act: () => run(() => client.jobs.cancel({ id: job.id })),
              })
            }
          >
            {t('campaigns.job.cancel')}
          </Button>
        )}
        <Button href={hashOf('devices', job.deviceId)}>{t('campaigns.job.toDevice')}</Button>
      </div>
    </>
  )
}

interface JobDrawerProps {
  job: Job | undefined
  groups: readonly CampaignGroup[]
  onClose: () => void
  onChanged: (job: Job) => void
}

/** One device's upgrade: its state, the reason, the device's text, and its whole history. */
export const JobDrawer = ({ job, groups, onClose, onChanged }: JobDrawerProps) => (
  <Drawer
    open={job !== undefined}
    onClose={onClose}
    size={440}
    title={job?.deviceName}
    destroyOnHidden
    mask={false}
    data-testid="job-drawer"
  >
    {job !== undefined && <Details key={job.id} job={job} groups={groups} onChanged={onChanged} />}
  </Drawer>
)
