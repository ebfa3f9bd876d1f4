import { type SinkState, sinkTransitions } from '#shared/states/sink.ts'
import { mayMove } from '#shared/states/transition-table.ts'

/** Events that are handed over at once. */
export const BATCH_MAX = 500
/** Milliseconds: the first wait after a fault, and the longest. */
export const RETRY_FIRST_MS = 1000
export const RETRY_MAX_MS = 60_000
/** The same where the receiver refuses: only a person can mend that, so it is tried seldom. */
export const REFUSED_FIRST_MS = 30_000
export const REFUSED_MAX_MS = 15 * 60_000
/** A receiver may put us off for at most this long. */
export const PUT_OFF_MAX_MS = 10 * 60_000

/** How handing over to a sink goes. */
export interface Delivery {
  readonly state: SinkState
  /** Attempts that failed in succession. */
  readonly failures: number
  /** While `waiting`: when to try again, steady milliseconds. */
  readonly retryAt: number | null
  /** Events of one attempt: fewer after the receiver found them too many. */
  readonly batch: number
}

export type DeliverySignal =
  /** There is something to hand over. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'fault'
      /** `later`: may pass by itself. `refused`: only a person mends it. `smaller`: fewer at once may be taken. */
      readonly how: 'later' | 'refused' | 'smaller'
      /** The receiver's own wish, milliseconds. */
      readonly retryAfterMs?: number | undefined
    }
  /** The attempt was ended by us. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Its settings changed, or an operator tested it: what was wrong may be right now. */
  | { readonly kind: 'changed' }

export const newDelivery = (enabled: boolean): Delivery => ({
  state: enabled ? 'idle' : 'paused',
  failures: 0,
  retryAt: null,
  batch: BATCH_MAX,
})

/**
 * The wait after that many failures: doubled each time, and between half and all of it, so that stations which lost the same receiver do
 * not return at once.
 * @param random 0 to below 1.
 */
const wait = (failures: number, [first, most]: readonly [number, number], random: number): number =>
  Math.round(Math.min(most, first * 2 ** Math.min(failures - 1, 20)) * (0.5 + random / 2))

const waits = {
  later: [RETRY_FIRST_MS, RETRY_MAX_MS],
  smaller: [RETRY_FIRST_MS, RETRY_MAX_MS],
  refused: [REFUSED_FIRST_MS, REFUSED_MAX_MS],
} as const

/**
 * The next state. A signal that has no move leaves everything: the answer to an attempt may arrive after a pause.
 * @param at steady milliseconds. @param random 0 to below 1.
 */
export const stepDelivery = (
  before: Delivery,
  signal: DeliverySignal,
  { at, random }: { readonly at: number; readonly random: number },
): Delivery => {
  const to = (state: SinkState, change: Partial<Delivery> = {}): Delivery =>
    mayMove(sinkTransitions, before.state, state) ? { ...before, retryAt: null, ...change, state } : before
  switch (signal.kind) {
    case 'begin':
      return before.state === 'waiting' && before.retryAt !== null && before.retryAt > at ? before : to('sending')
    case 'taken':
      return before.state === 'sending' ? to('idle', { failures: 0 }) : before
    case 'fault': {
      const failures = before.failures + 1
      const { how } = signal
      // Half of one is none: then only a person can help.
      const paceOf = how === 'smaller' && before.batch === 1 ? 'refused' : how
      const putOff = Math.min(signal.retryAfterMs ?? 0, PUT_OFF_MAX_MS)
      return to('waiting', {
        failures,
        batch: how === 'smaller' ? Math.max(1, Math.floor(before.batch / 2)) : before.batch,
        retryAt: at + Math.max(putOff, wait(failures, waits[paceOf], random)),
      })
    }
    case 'ended':
      return before.state === 'sending' ? to('idle') : before
    case 'pause':
      return to('paused')
    case 'resume':
      return before.state === 'paused' ? to('idle', { failures: 0 }) : before
    case 'changed':
      return before.state === 'waiting'
        ? to('idle', { failures: 0, batch: BATCH_MAX })
        : { ...before, batch: BATCH_MAX }
  }
}
