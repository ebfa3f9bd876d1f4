import type { TFunction } from 'i18next'
import type { Language } from '#shared/error-texts.ts'
import { DESCRIPTION_SHOWN } from '#shared/limits.ts'
import { type JobReason, jobReasons, reasonText, stepReasons } from '#shared/reasons.ts'
import type { Campaign, Job } from '#shared/schema.ts'
import { formatPercent } from '../../i18n/format.ts'
import { texts } from '../../i18n/texts/texts.ts'

type ShortReason = keyof (typeof texts)['en']['campaigns']['reasons']

const isReason = (code: string): code is JobReason => code in jobReasons
const hasShort = (code: string): code is ShortReason => code in texts.en.campaigns.reasons
const deviceReasons: readonly string[] = Object.values(stepReasons)

/** The device's own words, if that is what the description holds, cut for display; otherwise it fills our explanation. */
export const deviceWords = (job: Pick<Job, 'errorCode' | 'description'>): string | undefined => {
  const { errorCode, description } = job
  if (description === null || description === '') return undefined
  if (errorCode !== null && isReason(errorCode) && !deviceReasons.includes(errorCode)) return undefined
  const points = [...description]
  return points.length > DESCRIPTION_SHOWN ? `${points.slice(0, DESCRIPTION_SHOWN).join('')}…` : description
}

const fillOf = (description: string | null): Record<string, string> =>
  description === null ? {} : { version: description, campaign: description, model: description }

/** Our explanation of why a job failed or was skipped, and what to do. */
export const explanation = (job: Pick<Job, 'errorCode' | 'description'>, language: Language): string | undefined =>
  job.errorCode === null ? undefined : (reasonText(job.errorCode, language, fillOf(job.description)) ?? job.errorCode)

/** The state in a few words: the reason where there is one, the percentage while it downloads. */
export const stateWords = (job: Job, t: TFunction, language: Language): string => {
  if (job.state === 'downloading' && job.progress > 0) {
    return t('campaigns.live.downloadingAt', { percent: formatPercent(job.progress, language) })
  }
  const { errorCode } = job
  if (job.state === 'failed' && errorCode !== null && hasShort(errorCode)) {
    return t(`campaigns.reasons.${errorCode}`, { version: job.description ?? '…' })
  }
  return t(`states.job.${job.state}`)
}

/** What stands under the bar: the device's words quoted, our explanation, or what is being waited for. */
export const noteWords = (
  job: Job,
  campaign: Pick<Campaign, 'push' | 'status'>,
  t: TFunction,
  language: Language,
): string | undefined => {
  const said = deviceWords(job)
  if (job.state === 'failed' && said !== undefined) return t('campaigns.live.said', { words: said })
  switch (job.state) {
    case 'failed':
    case 'skipped':
      return explanation(job, language)
    case 'installing':
      return t('campaigns.live.waitingProof')
    case 'notified':
      return t('campaigns.live.waitingStart')
    case 'pending':
      if (campaign.status === 'paused') return t('campaigns.live.waitingPaused')
      if (!job.online) return t('campaigns.live.waitingOffline')
      return campaign.push ? t('campaigns.live.waitingPush') : t('campaigns.live.waitingAsk')
    default:
      return job.attempt > 1 ? t('campaigns.live.attempt', { count: job.attempt }) : undefined
  }
}
