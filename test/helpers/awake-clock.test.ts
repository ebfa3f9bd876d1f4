import { expect, it } from 'vitest'
import { createAwakeClock } from './awake-clock.ts'

/** Holds up the whole process, as a machine does that has others to serve. */
const standStill = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

it('does not count what the process was kept from, so that no limit runs out by it', async () => {
  const clock = createAwakeClock()
  const called: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  clock.after(150, () => called.push('limit'))
  clock.after(100, () => {
    called.push('answer')
    resolve()
  })
  const began = clock.now()
  standStill(400)
  expect(clock.now() - began).toBeLessThan(100)
  await promise
  expect(called).toEqual(['answer'])
})

it('calls in order what it was asked to, and nothing that was taken back', async () => {
  const clock = createAwakeClock()
  const called: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const takeBack = clock.after(5, () => called.push(5))
  clock.after(40, () => {
    called.push(40)
    clock.after(0, resolve)
  })
  clock.after(10, () => called.push(10))
  clock.after(0, () => called.push(0))
  takeBack()
  await promise
  expect(called).toEqual([0, 10, 40])
})
