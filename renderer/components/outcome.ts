import type { Language } from '#shared/languages.ts'
import type { JobCounts } from '#shared/schema.ts'
import type { CampaignStatus } from '#shared/states/campaign.ts'
import { formatCount } from '../i18n/format.ts'
import type { Translate } from '../i18n/i18n.ts'
import { campaignLooks, type Look } from './tones.ts'

/** A finished campaign in which not every device succeeded. */
const partlyLook: Look = { tone: 'person', glyph: '!' }

/** How a campaign's status looks: finished is green only where every device succeeded. */
export const campaignLook = (status: CampaignStatus, counts: JobCounts): Look => {
  if (status !== 'finished') return campaignLooks[status]
  const { succeeded, ...others } = counts
  const all = succeeded > 0 && Object.values(others).every((count) => count === 0)
  return all ? campaignLooks.finished : partlyLook
}

/** What was proven, e.g. "45 succeeded · 5 failed · 0 skipped". */
export const outcomeText = (counts: JobCounts, t: Translate, language: Language): string => {
  const words = t('campaigns.live.outcome', {
    succeeded: formatCount(counts.succeeded, language),
    failed: formatCount(counts.failed, language),
    skipped: formatCount(counts.skipped, language),
  })
  if (counts.cancelled === 0) return words
  return `${words} · ${t('campaigns.live.outcomeCancelled', { cancelled: formatCount(counts.cancelled, language) })}`
}
