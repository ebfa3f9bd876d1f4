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
