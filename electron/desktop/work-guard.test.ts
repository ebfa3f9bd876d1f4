import { describe, expect, it } from 'vitest'
import { WorkGuard } from './work-guard.ts'

const world = () => {
  const asked: { slots: number; answer: (agreed: boolean) => Promise<void> }[] = []
  let awake = 0
  let quits = 0
  const guard = new WorkGuard({
    ask: (slots) => {
      const answered = Promise.withResolvers<boolean>()
      asked.push({
        slots,
        answer: async (agreed) => {
          answered.resolve(agreed)
          await answered.promise
          await Promise.resolve()
        },
      })
      return answered.promise
    },
    quit: () => quits++,
    keepAwake: () => {
      awake++
      return () => awake--
    },
  })
  return { guard, asked, awake: () => awake, quits: () => quits }
}

describe('while slots are being flashed', () => {
  it('the machine is kept awake, and only then', () => {
    const { guard, awake } = world()
    guard.busy(2)
    guard.busy(1)
    expect(awake()).toBe(1)
    guard.busy(0)
    expect(awake()).toBe(0)
  })

  it('the application asks once before it ends, and ends when the person agrees', async () => {
    const { guard, asked, quits } = world()
    guard.busy(3)
    expect(guard.mayEnd()).toBe(false)
    expect(guard.mayEnd()).toBe(false)
    expect(asked.map(({ slots }) => slots)).toEqual([3])
    await asked[0]?.answer(true)
    expect(quits()).toBe(1)
    expect(guard.mayEnd()).toBe(true)
  })

  it('asks anew when the person agreed and then stayed for what is not saved', async () => {
    const { guard, asked } = world()
    guard.busy(1)
    guard.mayEnd()
    await asked[0]?.answer(true)
    guard.stays()
    expect(guard.mayEnd()).toBe(false)
    expect(asked).toHaveLength(2)
  })

  it('goes on when the person does not agree, and asks again the next time', async () => {
    const { guard, asked, quits } = world()
    guard.busy(1)
    guard.mayEnd()
    await asked[0]?.answer(false)
    expect(quits()).toBe(0)
    expect(guard.mayEnd()).toBe(false)
    expect(asked).toHaveLength(2)
  })

  it('and it ends unasked once they are done', () => {
    const { guard, asked } = world()
    guard.busy(1)
    guard.busy(0)
    expect(guard.mayEnd()).toBe(true)
    expect(asked).toEqual([])
  })
})
