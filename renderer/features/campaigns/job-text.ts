import type { TFunction } from 'i18next'
import type { Language } from '#shared/languages.ts'
import { DESCRIPTION_SHOWN } from '#shared/limits.ts'
import { isJobReason, reasonText, stepReasons } from '#shared/reasons.ts'
import type { Campaign, Job } from '#shared/schema.ts'
import { isOpenJob } from '#shared/states/job.ts'
import { texts } from '#shared/texts/index.ts'
import { formatBytes, formatPercent, formatTime } from '../../i18n/format.ts'

type ShortReason = keyof (typeof texts)['en']['screen']['campaigns']['reasons']

const hasShort = (code: string): code is ShortReason => code in texts.en.screen.campaigns.reasons
const deviceReasons: readonly string[] = Object.values(stepReasons)

/** The device's own text, if the description contains it, cut for display; otherwise the description fills our text. */
export const deviceText = (job: Pick<Job, 'errorCode' | 'description'>): string | undefined => {
  const { errorCode, description } = job
  if (description === null || description === '') return undefined
  if (errorCode !== null && isJobReason(errorCode) && !deviceReasons.includes(errorCode)) return undefined
  const points = [...description]
  return points.length > DESCRIPTION_SHOWN ? `${points.slice(0, DESCRIPTION_SHOWN).join('')}…` : description
}

const fillOf = (description: string | null): Record<string, string> =>
  description === null ? {} : { version: description, campaign: description, model: description }

/** Our explanation of why a job failed or was skipped, and what to do. */
export const explanation = (job: Pick<Job, 'errorCode' | 'description'>, language: Language): string | undefined =>
  job.errorCode === null ? undefined : (reasonText(job.errorCode, language, fillOf(job.description)) ?? job.errorCode)

/** The state in short form: the reason where there is one, the percentage while it downloads. */
export const stateText = (job: Job, t: TFunction, language: Language): string => {
  if (job.state === 'downloading' && job.progress > 0) {
    return t('campaigns.live.downloadingAt', { percent: formatPercent(job.progress, language) })
  }
  const { errorCode } = job
  if (job.state === 'failed' && errorCode !== null && hasShort(errorCode)) {
    return t(`campaigns.reasons.${errorCode}`, { version: job.description ?? '…' })
  }
  return t(`states.job.${job.state}`)
}

/** Why an earlier attempt ended, in short form; undefined without a reason, or for a reason of a newer station. */
export const shortReason = (code: string | null, detail: string | null, t: TFunction): string | undefined =>
  code !== null && hasShort(code) ? t(`campaigns.reasons.${code}`, { version: detail ?? '…' }) : undefined

/** What the device gets and its size; a delta in preparation has no size, and a job that ended before the notice got nothing. */
export const artifactText = (
  { artifact, artifactSize, artifactNote }: Pick<Job, 'artifact' | 'artifactSize' | 'artifactNote'>,
  t: TFunction,
  language: Language,
): string => {
  if (artifact === null || artifactSize === null)
    return artifactNote === 'DIFF_WAITED_FOR' ? t('deltas.live.coming') : '—'
  const size = formatBytes(artifactSize, language)
  return artifact === 'diff' ? t('deltas.live.diff', { size }) : t('campaigns.live.full', { size })
}

/** What a job's text depends on, besides the job. */
export interface NoteContext extends Pick<Campaign, 'push' | 'status'> {
  /** Groups that are not yet open, by index, with their names. */
  readonly closed: ReadonlyMap<number, string>
}

const time = (iso: string, language: Language): string => formatTime(Date.parse(iso), language)

/** The text under the bar: the problem, the attempt, the time of the retry or of the timeout. */
export const noteText = (job: Job, campaign: NoteContext, t: TFunction, language: Language): string | undefined => {
  const parts = [
    mainNote(job, campaign, t, language),
    job.attempt > 1 && isOpenJob(job.state) ? t('campaigns.rollout.attempt', { count: job.attempt }) : undefined,
    job.deadlineAt !== null && isOpenJob(job.state)
      ? t('campaigns.rollout.until', { time: time(job.deadlineAt, language) })
      : undefined,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' · ')
}

const mainNote = (job: Job, campaign: NoteContext, t: TFunction, language: Language): string | undefined => {
  const said = deviceText(job)
  if (job.state === 'failed' && said !== undefined) return t('campaigns.live.said', { words: said })
  const closed = campaign.closed.get(job.group)
  switch (job.state) {
    case 'failed':
    case 'skipped':
      return explanation(job, language)
    case 'installing':
      return job.patienceUntil === null
        ? t('campaigns.live.waitingProof')
        : t('campaigns.live.stillReports', { version: job.fromVersion ?? '…' })
    case 'notified':
      return t('campaigns.live.waitingStart')
    case 'pending':
      if (job.retryAt !== null) return t('campaigns.rollout.retryAt', { time: time(job.retryAt, language) })
      if (campaign.status === 'scheduled') return t('campaigns.rollout.waitingStart')
      if (campaign.status === 'halted') return t('campaigns.rollout.waitingHalted')
      if (campaign.status === 'paused') return t('campaigns.live.waitingPaused')
      if (closed !== undefined) return t('campaigns.rollout.waitingGroup', { name: closed })
      if (job.artifactNote === 'DIFF_WAITED_FOR') return t('campaigns.rollout.waits.diff')
      if (!job.online) return t('campaigns.live.waitingOffline')
      return campaign.push ? t('campaigns.live.waitingPush') : t('campaigns.live.waitingAsk')
    default:
      return undefined
  }
}

/** How much of the bar is filled, in percent: a failed job stops where it failed, so that 0% does not look like a whole bar. */
export const filled = ({ state, progress }: Pick<Job, 'state' | 'progress'>): number => {
  switch (state) {
    case 'pending':
    case 'notified':
    case 'skipped':
    case 'cancelled':
      return 0
    case 'failed':
      return Math.min(100, Math.max(0, progress))
    case 'downloading':
      return Math.max(2, progress)
    default:
      return 100
  }
}
