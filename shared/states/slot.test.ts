import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flashPhases } from '../flashing.ts'
import { isOpenRun, type RunState, runStates, runTransitions } from './run.ts'
import { lampAfter, type SlotEvent, type SlotLamp, slotTransitions } from './slot.ts'
import { mayMove } from './transition-table.ts'

type Step = SlotEvent | { readonly kind: 'start' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ kind: 'plugged' }, { kind: 'unplugged' }, { kind: 'identifying' }, { kind: 'start' }),
  fc.boolean().map((known): Step => ({ kind: 'identified', known })),
  fc.constantFrom(...flashPhases).map((phase): Step => ({ kind: 'phase', phase })),
  fc
    .constantFrom('passed' as const, 'failed' as const, 'refused' as const, 'cancelled' as const)
    .map((state): Step => ({ kind: 'ended', state })),
  fc.boolean().map((present): Step => ({ kind: 'cleared', present })),
)

/** The lamps of a slot after these events, each with the lamp before and the cause. A run begins when something is plugged in. */
const course = (steps: readonly Step[]): { from: SlotLamp; to: SlotLamp; by: Step; running: boolean }[] => {
  let lamp: SlotLamp = 'empty'
  let running = false
  let worked = false
  return steps.flatMap((by) => {
    const from = lamp
    if (by.kind === 'start') {
      running ||= from !== 'empty'
      worked &&= running
      return []
    }
    if (by.kind === 'phase' && running) worked = true
    if (by.kind === 'ended' && by.state === 'passed' && !worked) return []
    const move = { from, to: lampAfter(from, by, running), by, running }
    lamp = move.to
    if (by.kind === 'ended') {
      running = false
      worked = false
    }
    return [move]
  })
}

const courses = fc.array(step, { maxLength: 40 })

describe('the lamp of a slot', () => {
  it('never moves but along its table', () => {
    fc.assert(
      fc.property(courses, (steps) => {
        for (const { from, to, by } of course(steps))
          if (to !== from && !mayMove(slotTransitions, from, to))
            throw new Error(`${from} → ${to} by ${JSON.stringify(by)}`)
      }),
    )
  })

  it('turns green by nothing but a run that passed', () => {
    fc.assert(
      fc.property(courses, (steps) => {
        for (const { from, to, by, running } of course(steps))
          if (from !== 'pass' && to === 'pass' && !(running && by.kind === 'ended' && by.state === 'passed'))
            throw new Error(`green by ${JSON.stringify(by)}`)
      }),
    )
  })

  it('keeps showing how a run ended when the unit is taken out, until the next is plugged in', () => {
    for (const end of ['pass', 'fail', 'refused', 'cancelled'] satisfies SlotLamp[]) {
      expect(lampAfter(end, { kind: 'unplugged' }, false)).toBe(end)
      expect(lampAfter(end, { kind: 'plugged' }, false)).toBe('present')
    }
  })

  it('does not go out while a run works, whatever happens to the port', () => {
    expect(lampAfter('writing', { kind: 'unplugged' }, true)).toBe('writing')
    expect(lampAfter('writing', { kind: 'plugged' }, true)).toBe('writing')
    expect(lampAfter('writing', { kind: 'cleared', present: false }, true)).toBe('writing')
  })
})

describe('a run', () => {
  it('can be tried again from every end but success, and from nowhere else', () => {
    const retryable = runStates.filter((state) => mayMove(runTransitions, state, 'waiting'))
    expect(retryable).toEqual(['failed', 'refused', 'cancelled'])
  })

  it('holds its slot only in states that lead to every end', () => {
    const ends: RunState[] = ['failed', 'refused', 'cancelled']
    for (const state of runStates.filter(isOpenRun))
      for (const end of ends) expect(mayMove(runTransitions, state, end)).toBe(true)
  })
})
