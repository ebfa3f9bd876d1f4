import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LeaseEvent, type LeaseState, leaseAtStart, leaseStep } from './lease.ts'

const run = (events: readonly LeaseEvent[], from: LeaseState = leaseAtStart) => {
  let state = from
  const actions: string[] = []
  for (const event of events) {
    const step = leaseStep(state, event, 'a')
    state = step.state
    actions.push(...step.actions)
  }
  return { state, actions }
}
const heard = (holder: string): LeaseEvent => ({ kind: 'heard', holder })
const subscribed: LeaseEvent = { kind: 'subscribed' }
const waited: LeaseEvent = { kind: 'waited' }
const active: LeaseState = { standing: 'active', holder: 'a' }

describe('the lease of a group', () => {
  it('is claimed when nobody has it, and held once our own claim has come back and nobody else came', () => {
    expect(run([subscribed, waited, heard('a'), waited])).toEqual({
      state: active,
      actions: ['wait', 'claim', 'wait', 'wait', 'open'],
    })
  })

  it('stays with whom it names', () => {
    expect(run([subscribed, heard('b'), waited])).toMatchObject({ state: { standing: 'watching' }, actions: ['wait'] })
  })

  it('passes to the later of two that claim at once', () => {
    expect(run([subscribed, waited, heard('a'), heard('b'), waited]).actions).not.toContain('open')
    expect(run([subscribed, waited, heard('b'), heard('a'), waited]).actions).not.toContain('open')
    expect(run([subscribed, waited, heard('b'), heard('a'), waited, waited, waited]).actions).toContain('open')
  })

  it('is claimed anew by the active station when the will of another empties it', () => {
    expect(run([heard('')], active)).toEqual({ state: { standing: 'active', holder: '' }, actions: ['claim'] })
    expect(run([subscribed, waited], active).actions).toEqual(['wait', 'claim'])
    expect(run([subscribed, heard('a'), waited], active).actions).toEqual(['wait'])
  })

  it('is given up at once when another has taken it', () => {
    expect(run([heard('b')], active)).toEqual({ state: { standing: 'watching', holder: 'b' }, actions: ['close'] })
  })

  it('opens and closes in turns, whatever happens in which order', () => {
    const event = fc.oneof(
      fc.constantFrom<LeaseEvent>(subscribed, waited),
      fc.constantFrom('a', 'b', '').map((holder) => heard(holder)),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const turns = run(events).actions.filter((action) => action === 'open' || action === 'close')
        expect(turns).toEqual(turns.map((_, at) => (at % 2 === 0 ? 'open' : 'close')))
      }),
    )
  })
})
