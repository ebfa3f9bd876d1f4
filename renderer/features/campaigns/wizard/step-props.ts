import type { CampaignPreview } from '#shared/schema.ts'
import type { Query } from '../../../api/queries.ts'
import type { Draft } from './draft.ts'

/** What every step of the wizard is given. */
export interface StepProps {
  draft: Draft
  change: (next: Draft) => void
  preview: Query<CampaignPreview>
}
