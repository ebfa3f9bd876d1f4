import { compilePattern } from '#shared/pattern.ts'

/** What a version shows of the update; `kept`: it is right and was right before, which alone does not show that anything happened. */
export type Proof = 'proven' | 'kept' | 'same' | 'other'

/**
 * @param wanted pattern of the recipe; '' for any other version than the one before.
 * @param started whether the module has restarted or finished since: only then a version that was right before proves anything.
 */
export const proofOf = (before: string, after: string, wanted: string, started: boolean): Proof => {
  if (wanted === '') return after === before ? 'same' : 'proven'
  if (!compilePattern(wanted).test(after)) return after === before ? 'same' : 'other'
  return after !== before || started ? 'proven' : 'kept'
}
