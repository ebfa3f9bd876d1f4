import type { CampaignPreview, Delta, Product } from '#shared/schema.ts'
import type { Query } from '../../../api/queries.ts'
import type { Draft } from './campaign-draft.ts'

/** The draft, and a function that changes parts of it. */
export interface DraftProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
}

/** The properties of every step of the wizard. */
export interface StepProps extends DraftProps {
  preview: Query<CampaignPreview>
  /** The package, once known. */
  product: Product | undefined
  /** Deltas to the package; undefined until known. */
  diffs: readonly Delta[] | undefined
  /** Whether the station serves HTTPS. */
  tls: boolean
}
