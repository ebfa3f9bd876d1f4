import type { ArtifactNote } from '#shared/artifact-notes.ts'
import type { DeltaFormat } from '#shared/delta-formats.ts'
import type { CampaignMode } from '#shared/schema.ts'
import type { DeltaStatus } from '#shared/states/delta.ts'

/** A candidate delta: one from the version that the device reports. */
export interface Candidate {
  readonly id: number
  readonly format: DeltaFormat
  readonly status: DeltaStatus
  readonly baseSha256: string | null
  readonly checked: boolean
  readonly advice: { readonly kind: 'ok' | 'full' | 'compressed' } | null
}

/** The input for choosing an artifact for a device. */
export interface ChoiceFacts<C extends Candidate> {
  readonly mode: CampaignMode
  /** A delta has failed on this device. */
  readonly fullNext: boolean
  /** Number of files in the package. */
  readonly files: number
  /** The version that the device reports; null: none yet. */
  readonly fromVersion: string | null
  /** The current image of that version on this station; undefined: unknown. */
  readonly imageSha256: string | undefined
  /** Deltas from that version to the package, newest first. */
  readonly candidates: readonly C[]
  /** The format that is generated for the module's device class. */
  readonly preferred: DeltaFormat
  /** The formats that a device of that class can restore. */
  readonly restorable: readonly DeltaFormat[]
}

/** What the device receives, waits for, or does not receive. */
export type Choice<C extends Candidate = Candidate> =
  | { readonly kind: 'full'; readonly note: ArtifactNote | null }
  | { readonly kind: 'diff'; readonly diff: C; readonly note: ArtifactNote | null }
  | { readonly kind: 'wait'; readonly diff: C; readonly note: 'DIFF_WAITED_FOR' }
  | { readonly kind: 'none'; readonly note: ArtifactNote }

/**
 * Chooses the artifact for a device. A delta applies to exactly the image that its base version had when it was made: if that
 * image has changed since, the delta is not offered. Among several deltas, the format of the device class wins, then the newest.
 * `auto` falls back to the full image when there is no delta, none that pays, or none that the device class can restore; a
 * delta-only campaign uses deltas even then.
 */
export const choose = <C extends Candidate>(facts: ChoiceFacts<C>): Choice<C> => {
  const { mode, imageSha256, candidates, preferred } = facts
  if (mode === 'full') return { kind: 'full', note: null }
  const without = (note: ArtifactNote): Choice<C> => ({ kind: mode === 'auto' ? 'full' : 'none', note })
  if (facts.files !== 1) return without('SEVERAL_FILES')
  if (facts.fullNext && mode === 'auto') return without('AFTER_FAILED_DIFF')
  if (facts.fromVersion === null) return without('VERSION_UNKNOWN')

  const fitting = candidates.filter(
    ({ baseSha256 }) => baseSha256 === null || imageSha256 === undefined || baseSha256 === imageSha256,
  )
  const usable = mode === 'auto' ? fitting.filter(({ format }) => facts.restorable.includes(format)) : fitting
  const ready = usable.filter(({ status }) => status === 'ready')
  const worth = mode === 'auto' ? ready.filter(({ advice }) => advice === null || advice.kind === 'ok') : ready
  const diff = worth.find(({ format }) => format === preferred) ?? worth[0]
  if (diff) return { kind: 'diff', diff, note: diff.checked ? null : 'DIFF_UNCHECKED' }
  const coming = usable.find(({ status }) => status === 'queued' || status === 'running')
  if (coming) return { kind: 'wait', diff: coming, note: 'DIFF_WAITED_FOR' }
  if (ready.length > 0) return without('DIFF_NOT_WORTH_IT')
  if (usable.length > 0) return without('DIFF_FAILED')
  if (fitting.length > 0) return without('DIFF_NOT_RESTORABLE')
  return without(candidates.length > 0 ? 'BASE_CHANGED' : 'NO_DIFF')
}
