/**
 * What may go wrong at a target's step. `nack`: it refuses; `silence`: it sends nothing more; `unplug`: the cable is pulled; `lose-byte`:
 * one byte from the host does not arrive; `lose-answer`: one answer of the target does not arrive; `cancel`: it aborts the transfer
 * (X/YMODEM).
 */
export type FaultKind = 'nack' | 'silence' | 'unplug' | 'lose-byte' | 'lose-answer' | 'cancel'

export interface Fault<Step extends string> {
  readonly kind: FaultKind
  readonly step: Step
  /** How often the step succeeds before the fault. */
  readonly after?: number
  /** How often the fault occurs; left out: always for `nack`, once for the others. */
  readonly times?: number
}

/** Counts the steps of one target and decides which of them fail. */
export class FaultPlan<Step extends string> {
  readonly #left: { readonly fault: Fault<Step>; after: number; times: number }[]

  constructor(faults: readonly Fault<Step>[]) {
    this.#left = faults.map((fault) => ({
      fault,
      after: fault.after ?? 0,
      times: fault.times ?? (fault.kind === 'nack' ? Number.POSITIVE_INFINITY : 1),
    }))
  }

  /** Must be called once at the beginning of each step. */
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
