/**
 * What may go wrong at a target's step. `nack`: it refuses; `silence`: it says nothing more; `unplug`: the cable is pulled; `lose-byte`: one
 * byte of the host's does not arrive; `lose-answer`: one answer of the target's does not; `cancel`: it gives up (X/YMODEM).
 */
export type FaultKind = 'nack' | 'silence' | 'unplug' | 'lose-byte' | 'lose-answer' | 'cancel'

export interface Fault<Step extends string> {
  readonly kind: FaultKind
  readonly step: Step
  /** How often the step goes well before. */
  readonly after?: number
  /** How often it goes wrong then; left out: always for `nack`, once for the rest. */
  readonly times?: number
}

/** Counts the steps of one target and tells which of them go wrong. */
export class FaultPlan<Step extends string> {
  readonly #left: { readonly fault: Fault<Step>; after: number; times: number }[]

  constructor(faults: readonly Fault<Step>[]) {
    this.#left = faults.map((fault) => ({
      fault,
      after: fault.after ?? 0,
      times: fault.times ?? (fault.kind === 'nack' ? Number.POSITIVE_INFINITY : 1),
    }))
  }

  /** To be asked once whenever a step begins. */
  at(step: Step): FaultKind | undefined {
    for (const entry of this.#left) {
      if (entry.fault.step !== step || entry.times <= 0) continue
      if (entry.after > 0) {
        entry.after -= 1
        continue
      }
      entry.times -= 1
      return entry.fault.kind
    }
    return undefined
  }
}
