import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createIdleClock } from '../../../test/helpers/idle-clock.ts'
import { atLineSpeed } from './line-speed.ts'

it.each([
  [{ baudRate: 115_200 }, (10_000 * 10 * 1000) / 115_200],
  [{ baudRate: 9600, parity: 'even' as const }, (10_000 * 11 * 1000) / 9600],
])('takes as long as the line would, each way: %o', async (settings, ms) => {
  const clock = createIdleClock(0)
  const begin = clock.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  let [there, back] = [0, 0]
  let thereAt = 0
  const target = atLineSpeed(
    (line) => ({
      receive: (bytes) => {
        there += bytes.length
        if (there < 10_000) return
        thereAt = clock.now()
        line.send(new Uint8Array(10_000))
      },
    }),
    clock,
  )({
    send: (bytes) => {
      back += bytes.length
      if (back === 10_000) resolve()
    },
    unplug: () => undefined,
  })
  target.configure?.(settings)
  target.receive(new Uint8Array(10_000))
  await promise
  expect(thereAt - begin).toBeCloseTo(ms, 3)
  expect(clock.now() - thereAt).toBeCloseTo(ms, 3)
})

/** Sends blocks of this many bytes, each when the answer to the previous one arrives, over a line whose timers fire this much late. */
const exchangeBlocks = async (blocks: readonly number[], lateness: readonly number[]) => {
  const idle = createIdleClock(0)
  let timers = 0
  const clock = {
    now: idle.now,
    after: (ms: number, then: () => void) => idle.after(ms + (lateness[timers++ % lateness.length] ?? 0), then),
  }
  const msPerByte = 10_000 / 115_200
  const { promise, resolve } = Promise.withResolvers<void>()
  let [carried, gone, early] = [0, 0, 0]
  const note = (bytes: Uint8Array) => {
    carried += bytes.length
    early = Math.max(early, carried * msPerByte - clock.now())
  }
  let got = 0
  const target = atLineSpeed(
    (line) => ({
      receive: (bytes) => {
        note(bytes)
        got += bytes.length
        if (got < (blocks[gone] ?? 0)) return
        got = 0
        line.send(Uint8Array.of(6))
      },
    }),
    clock,
  )({
    send: (bytes) => {
      note(bytes)
      gone += 1
      if (gone === blocks.length) resolve()
      else target.receive(new Uint8Array(blocks[gone] ?? 0))
    },
    unplug: () => undefined,
  })
  target.configure?.({ baudRate: 115_200 })
  target.receive(new Uint8Array(blocks[0] ?? 0))
  await promise
  return { took: clock.now(), ideal: carried * msPerByte, early }
}

const blocks = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 })
const latenesses = (max: number) => fc.array(fc.double({ min: 0, max, noNaN: true }), { minLength: 1, maxLength: 8 })

it('has never carried more than its speed allows, however late its timers wake', async () => {
  await fc.assert(
    fc.asyncProperty(blocks, latenesses(30), async (sizes, lateness) => {
      const { early } = await exchangeBlocks(sizes, lateness)
      if (early > 1e-6) throw new Error(`${early} ms too early`)
    }),
  )
})

it('makes up for timers that wake a little late', async () => {
  await fc.assert(
    fc.asyncProperty(blocks, latenesses(2), async (sizes, lateness) => {
      const { took, ideal } = await exchangeBlocks(sizes, lateness)
      // Only the delay of the last answer remains: no later write can make up for it.
      if (took - ideal > 4) throw new Error(`${took - ideal} ms late`)
    }),
  )
})

it('counts the time that the host takes for its next block', async () => {
  const clock = createIdleClock(0)
  const answers: number[] = []
  const target = atLineSpeed(
    (line) => ({ receive: () => line.send(Uint8Array.of(6)) }),
    clock,
  )({
    send: () => {
      answers.push(clock.now())
      if (answers.length === 1) clock.after(25, () => target.receive(Uint8Array.of(1)))
    },
    unplug: () => undefined,
  })
  target.configure?.({ baudRate: 9600 })
  target.receive(Uint8Array.of(1))
  await expect.poll(() => answers.length).toBe(2)
  expect((answers[1] ?? 0) - (answers[0] ?? 0)).toBeCloseTo(25 + 20_000 / 9600, 6)
})
