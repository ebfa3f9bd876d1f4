import type { Campaign } from '#shared/schema.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { useNow } from '../../../components/use-now.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { needsPerson } from './shares.ts'
import { waitText } from './wait-reasons.ts'

/** What is being waited for, counting down. Its place is kept while the campaign is open, so that nothing below jumps. */
export const WaitLine = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  // What a person has to decide stands larger, in a bar of its own.
  if (!isOneOf<string>(openCampaignStatuses, campaign.status) || needsPerson(campaign)) return null
  const words = waitText(campaign, now, t, language)
  return (
    <p className="wait-line secondary" data-testid="wait-line" data-waits={campaign.waitsFor ?? ''}>
      {words !== undefined && <span aria-hidden="true">◷ </span>}
      {words ?? ' '}
    </p>
  )
}
