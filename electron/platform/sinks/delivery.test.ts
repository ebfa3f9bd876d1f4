import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sinkTransitions } from '#shared/states/sink.ts'
import {
  BATCH_MAX,
  type Delivery,
  type DeliverySignal,
  newDelivery,
  PUT_OFF_MAX_MS,
  REFUSED_MAX_MS,
  RETRY_MAX_MS,
  stepDelivery,
} from './delivery.ts'

const at = 1_000_000
const step = (delivery: Delivery, signal: DeliverySignal, random = 0): Delivery =>
  stepDelivery(delivery, signal, { at, random })
const sending = step(newDelivery(true), { kind: 'begin' })
const later: DeliverySignal = { kind: 'fault', how: 'later' }

it('an attempt that succeeds ends idle, and the next begins at once', () => {
  expect(sending.state).toBe('sending')
  expect(step(sending, { kind: 'taken' })).toEqual(newDelivery(true))
})

it('the wait after faults doubles up to a minute, and is between half of it and all', () => {
  let delivery = sending
  const waits: number[] = []
  for (let failure = 0; failure < 10; failure++) {
    delivery = step(delivery, later)
    waits.push((delivery.retryAt ?? 0) - at)
    delivery = stepDelivery(delivery, { kind: 'begin' }, { at: delivery.retryAt ?? 0, random: 0 })
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000])
  expect((step(sending, later, 0.999999).retryAt ?? 0) - at).toBe(1000)
})

it('a refusal is tried again seldom, but for ever', () => {
  let delivery = sending
  for (let failure = 0; failure < 50; failure++) {
    delivery = step(delivery, { kind: 'fault', how: 'refused' }, 0.999999)
    expect(delivery.state).toBe('waiting')
    delivery = stepDelivery(delivery, { kind: 'begin' }, { at: delivery.retryAt ?? 0, random: 0 })
  }
  expect((step(delivery, { kind: 'fault', how: 'refused' }, 0.999999).retryAt ?? 0) - at).toBe(REFUSED_MAX_MS)
})

it('a receiver puts us off for as long as it wishes, but not for hours', () => {
  expect(step(sending, { ...later, retryAfterMs: 20_000 }).retryAt).toBe(at + 20_000)
  expect(step(sending, { ...later, retryAfterMs: 86_400_000 }).retryAt).toBe(at + PUT_OFF_MAX_MS)
  expect(step(sending, { ...later, retryAfterMs: 1 }).retryAt).toBe(at + 500)
})

it('what is too large is sent in halves, down to single events, and then counts as refused', () => {
  let delivery = sending
  const batches: number[] = []
  while (delivery.batch > 1) {
    delivery = step(delivery, { kind: 'fault', how: 'smaller' })
    batches.push(delivery.batch)
    delivery = stepDelivery(delivery, { kind: 'begin' }, { at: delivery.retryAt ?? 0, random: 0 })
  }
  expect(batches).toEqual([250, 125, 62, 31, 15, 7, 3, 1])
  const single = step({ ...sending, batch: 1 }, { kind: 'fault', how: 'smaller' })
  expect((single.retryAt ?? 0) - at).toBe(15_000)
})

it('an answer that arrives after a pause changes nothing', () => {
  const paused = step(sending, { kind: 'pause' })
  for (const signal of [{ kind: 'taken' }, later, { kind: 'begin' }, { kind: 'ended' }] as const)
    expect(step(paused, signal)).toEqual(paused)
  expect(step(paused, { kind: 'resume' }).state).toBe('idle')
})

it('a change of settings ends a wait and allows whole batches again', () => {
  const waiting = step(sending, { kind: 'fault', how: 'smaller' })
  expect(step(waiting, { kind: 'begin' })).toEqual(waiting)
  expect(step(waiting, { kind: 'changed' })).toMatchObject({
    state: 'idle',
    failures: 0,
    retryAt: null,
    batch: BATCH_MAX,
  })
})

it('whatever happens, only moves of the table are made, and a wait has an end', () => {
  const signal = fc.oneof(
    fc.constantFrom<DeliverySignal>({ kind: 'begin' }, { kind: 'taken' }, { kind: 'pause' }, { kind: 'resume' }),
    fc.constantFrom<DeliverySignal>({ kind: 'ended' }, { kind: 'changed' }),
    fc.record({
      kind: fc.constant('fault' as const),
      how: fc.constantFrom('later' as const, 'refused' as const, 'smaller' as const),
      retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
    }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(signal, fc.nat(100_000), fc.double({ min: 0, max: 0.999, noNaN: true }))),
      (course) => {
        let delivery = newDelivery(true)
        let now = 0
        for (const [happened, passed, random] of course) {
          now += passed
          const next = stepDelivery(delivery, happened, { at: now, random })
          if (next.state !== delivery.state) expect(sinkTransitions[delivery.state]).toContain(next.state)
          expect(next.state === 'waiting').toBe(next.retryAt !== null)
          if (next.retryAt !== null && next !== delivery) {
            expect(next.retryAt).toBeGreaterThan(now)
            expect(next.retryAt).toBeLessThanOrEqual(now + Math.max(REFUSED_MAX_MS, PUT_OFF_MAX_MS, RETRY_MAX_MS))
          }
          delivery = next
        }
      },
    ),
  )
})
