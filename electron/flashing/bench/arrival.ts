/** The unit that a slot's latest run was for. */
export interface FormerUnit {
  /** Null: it did not tell its id. */
  readonly unit: string | null
  readonly state: 'passed' | 'failed' | 'refused' | 'cancelled'
  /** Runs in a row that this unit had in the slot. */
  readonly runs: number
}

/** Silent probes in a row after which a unit counts as taken out: one may be a bad contact. */
const GONE_AFTER = 2
/** A unit that fails this often in a row is not started again: its contact comes and goes. */
const FAILURES = 3

/**
 * Whether a unit that answers in a waiting slot is to be flashed: another one than before at once, the same one only after it was taken
 * out. A unit that is done is told so once.
 * @param unit null: it does not tell its id. @param silences silent probes in a row before its answer.
 */
export const isArrival = (former: FormerUnit | undefined, unit: string | null, silences: number): boolean => {
  if (former === undefined) return true
  if (unit !== null && former.unit !== null && unit !== former.unit) return true
  if (silences < GONE_AFTER) return false
  if (unit === null || former.unit === null) return true
  return former.state === 'failed' ? former.runs < FAILURES : former.state !== 'refused'
}
