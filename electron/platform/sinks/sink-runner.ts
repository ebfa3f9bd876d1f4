import type { Clock } from '../basics/clock.ts'
import type { Logger } from '../basics/logger.ts'
import type { Random } from '../basics/random.ts'
import type { Store } from '../store/store.ts'
import { advanced } from './backlog.ts'
import { type Delivery, type DeliverySignal, newDelivery, stepDelivery } from './delivery.ts'
import type { Outbox } from './outbox.ts'
import { type OutboxRow, outgoingEvent } from './outgoing-event.ts'
import { faultOf, paceOfFault, type Receiver, ReceiverFault } from './receiver.ts'
import type { SinkRow, SinkStore } from './sink-store.ts'

/** Seconds that a receiver has to take a batch. */
export const ATTEMPT_SECONDS = 30
/** Milliseconds that the first event waits for others, so that events of one moment are one request. */
const GATHER_MS = 50

export interface RunnerDeps {
  readonly store: Pick<Store, 'write'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly outbox: Outbox
  readonly sinks: SinkStore
  /** Connects a sink; its settings are those of now. */
  open(row: SinkRow): Promise<Receiver>
  /** The sink's backlog or state has changed. */
  changed(id: number): void
  /** Deletes what no sink needs any more; call within `store.write`. */
  discard(): void
}

export type SinkRunner = ReturnType<typeof createSinkRunner>

/** A number from 0 to below 1. */
const chance = (random: Random): number => Buffer.from(random.token(6), 'base64url').readUIntBE(0, 6) / 2 ** 48

/** Ends after `seconds` with TIMEOUT, or when `stop` is called. */
export const attemptSignal = (clock: Clock, seconds: number): { readonly abort: AbortController; done(): void } => {
  const abort = new AbortController()
  return { abort, done: clock.after(seconds * 1000, () => abort.abort(new ReceiverFault('TIMEOUT', { seconds }))) }
}

/** The reason of an attempt that we ended ourselves. */
const ENDED = new Error('ended')

/** Hands the events of the outbox to one sink, batch after batch, in order; the states are those of `delivery.ts`. */
export const createSinkRunner = (id: number, enabled: boolean, deps: RunnerDeps) => {
  const { clock, store, sinks, outbox, logger } = deps
  let delivery: Delivery = newDelivery(enabled)
  let receiver: Receiver | undefined
  let attempt: AbortController | undefined
  let cancelTimer: (() => void) | undefined
  let stopped = false
  /** Whether there may be events that the present look at the outbox has missed. */
  let news = true
  /** The work under way. */
  let running: Promise<void> | undefined

  const apply = (signal: DeliverySignal): void => {
    const before = delivery
    delivery = stepDelivery(delivery, signal, { at: clock.steady(), random: chance(deps.random) })
    if (delivery !== before) deps.changed(id)
  }

  /** The next batch, once all of it is on disk: an event that a crash could undo must not leave the station. */
  const read = (): Promise<OutboxRow[]> =>
    store.write(() => {
      const row = sinks.find(id)
      return row ? outbox.after(row.takenSeq, row.fullSeq, delivery.batch) : []
    })

  /** Notes a taken batch and reads the next one, in one transaction. */
  const taken = (upTo: number): Promise<OutboxRow[]> =>
    store.write(() => {
      const row = sinks.find(id)
      if (!row) return []
      const next = outbox.firstAfter(upTo)?.seq ?? outbox.last() + 1
      const { place, missed } = advanced(row, upTo, next)
      sinks.update(id, { ...place, missed: row.missed + missed, lastSentAt: clock.now(), lastError: null })
      deps.discard()
      return outbox.after(place.takenSeq, place.fullSeq, delivery.batch)
    })

  const handOver = async (rows: readonly OutboxRow[]): Promise<void> => {
    const { abort, done } = attemptSignal(clock, ATTEMPT_SECONDS)
    attempt = abort
    try {
      receiver ??= await deps.open(sinks.row(id))
      await receiver.send(rows.map(outgoingEvent), abort.signal)
    } finally {
      done()
      attempt = undefined
    }
  }

  const handAllOver = async (): Promise<void> => {
    while (news && !stopped) {
      news = false
      for (let rows = await read(); rows.length > 0 && !stopped; ) {
        apply({ kind: 'begin' })
        // It is paused, or waits after a fault.
        if (delivery.state !== 'sending') return
        await handOver(rows)
        if (delivery.failures > 0) logger.info({ sinkId: id }, 'the receiver takes outgoing records again')
        rows = await taken(rows.at(-1)?.seq ?? 0)
        apply({ kind: 'taken' })
        deps.changed(id)
      }
    }
  }

  const failed = async (error: unknown): Promise<void> => {
    news = true
    if (error === ENDED || stopped) return apply({ kind: 'ended' })
    const { code, data, retryAfterMs } = faultOf(error)
    if (delivery.failures === 0)
      logger.warn({ sinkId: id, code, ...data }, 'a receiver did not take the outgoing records; trying on')
    apply({ kind: 'begin' })
    apply({ kind: 'fault', how: paceOfFault[code], retryAfterMs })
    await store.write(() => sinks.update(id, { lastError: { at: clock.now(), code, data } }))
    deps.changed(id)
  }

  const run = (): Promise<void> => {
    running ??= handAllOver()
      .catch(failed)
      // A disk that takes nothing keeps no error either; it is tried again all the same.
      .catch((error: unknown) => logger.debug({ err: error, sinkId: id }, 'the error of a receiver was not stored'))
      .finally(() => {
        running = undefined
        plan(GATHER_MS)
      })
    return running
  }

  /** Plans the next look at the outbox: after `ms`, but not before the wait after a fault is over. */
  const plan = (ms: number): void => {
    if (stopped || !news || delivery.state === 'paused' || running || cancelTimer) return
    cancelTimer = clock.after(Math.max(ms, (delivery.retryAt ?? 0) - clock.steady()), () => {
      cancelTimer = undefined
      void run()
    })
  }

  const noTimer = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
  }

  /** Ends the attempt under way, and the connection, whose settings are no longer those. */
  const disconnect = async (): Promise<void> => {
    noTimer()
    attempt?.abort(ENDED)
    await running
    noTimer()
    const old = receiver
    receiver = undefined
    await old?.close()
  }

  return {
    get delivery(): Delivery {
      return delivery
    },

    /** There may be something new in the outbox. */
    noticed(): void {
      news = true
      plan(GATHER_MS)
    },

    /** The sink has other settings, or is paused or resumed. */
    async changed(nowEnabled: boolean): Promise<void> {
      apply({ kind: 'pause' })
      await disconnect()
      if (nowEnabled) apply({ kind: 'resume' })
      apply({ kind: 'changed' })
      news = true
      plan(0)
    },

    /** A test has succeeded: there is no reason to wait any longer. */
    retry(): void {
      if (delivery.state !== 'waiting') return
      noTimer()
      apply({ kind: 'changed' })
      plan(0)
    },

    async stop(): Promise<void> {
      stopped = true
      await disconnect()
    },
  }
}
