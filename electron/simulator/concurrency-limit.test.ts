import { describe, expect, it } from 'vitest'
import { createGate } from './concurrency-limit.ts'

const never = new AbortController().signal

describe('the gate', () => {
  it('never holds more than its width, and lets everybody through in the end', async () => {
    const gate = createGate(3)
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const leave = await gate.enter(never)
        inside += 1
        most = Math.max(most, inside)
        await Promise.resolve()
        inside -= 1
        leave()
        leave()
      }),
    )
    expect(most).toBe(3)
    expect(inside).toBe(0)
  })

  it('passes the turn of one who gave up to the next', async () => {
    const gate = createGate(1)
    const leave = await gate.enter(never)
    const impatient = new AbortController()
    const gaveUp = gate.enter(impatient.signal)
    const second = gate.enter(never)
    // The signal fires at the same moment as the slot becomes free.
    impatient.abort()
    leave()
    const outcomes = await Promise.allSettled([gaveUp, second])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('does not admit who comes with a fired signal', async () => {
    await expect(createGate(1).enter(AbortSignal.abort())).rejects.toThrow()
  })
})
