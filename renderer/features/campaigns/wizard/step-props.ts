import type { CampaignPreview, Delta, Product } from '#shared/schema.ts'
import type { Query } from '../../../api/queries.ts'
import type { Draft } from './campaign-draft.ts'

/** The draft, and how a form changes parts of it. */
export interface DraftProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
}

/** What every step of the wizard is given. */
export interface StepProps extends DraftProps {
  preview: Query<CampaignPreview>
  /** Of the package, once it is known. */
  product: Product | undefined
  /** Deltas to the package; undefined until they are known. */
  diffs: readonly Delta[] | undefined
  /** Whether the station serves HTTPS. */
  tls: boolean
}
