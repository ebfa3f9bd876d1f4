import { describe, expect, it } from 'vitest'
import { type JobState, jobStates } from '#shared/states/job.ts'
import {
  decide,
  goOn,
  isEnough,
  type RolloutGroupState,
  type RolloutPlan,
  type RolloutState,
  reachesThreshold,
} from './rollout-policy.ts'

const NOW = 1_000_000

const countsOf = (some: Partial<Record<JobState, number>>): Record<JobState, number> => ({
  ...(Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<JobState, number>),
  ...some,
})
const group = (some: Partial<Record<JobState, number>>, more: Partial<RolloutGroupState> = {}): RolloutGroupState => ({
  successPercent: 100,
  proceed: 'auto',
  status: 'open',
  openedAt: 1,
  counts: countsOf(some),
  retrying: 0,
  patient: 0,
  ...more,
})
const rest = (pending: number): RolloutGroupState =>
  group({ pending }, { successPercent: null, status: 'closed', openedAt: null })
const state = (groups: readonly RolloutGroupState[], more: Partial<RolloutState> = {}): RolloutState => ({
  status: 'running',
  making: false,
  joining: false,
  groups,
  bucket: undefined,
  base: { ended: 0, failed: 0 },
  halt: null,
  sending: 0,
  retryAt: null,
  ...more,
})
const plan: RolloutPlan = { startAt: null }
const decided = (before: RolloutState, how: Partial<RolloutPlan> = {}) =>
  decide({ ...plan, ...how }, before, NOW, 'UTC')
const statusesOf = (before: RolloutState) => decided(before).groups.map(({ status }) => status)

describe('a failure threshold', () => {
  it('is reached by its share and its minimum together, each of them included', () => {
    const threshold = { percent: 20, minimum: 2 }
    expect(reachesThreshold(threshold, 10, 2)).toBe(true)
    expect(reachesThreshold(threshold, 11, 2)).toBe(false)
    expect(reachesThreshold(threshold, 1, 1)).toBe(false)
    expect(reachesThreshold(threshold, 5, 1)).toBe(false)
    expect(reachesThreshold(undefined, 10, 10)).toBe(false)
  })

  it('counts from where a person went on', () => {
    const failures = state([group({ pending: 5, failed: 4, succeeded: 4 }, { successPercent: null })])
    const threshold = { percent: 50, minimum: 2 }
    expect(decided(failures, { failureThreshold: threshold })).toMatchObject({
      status: 'halted',
      waitsFor: 'person',
      allowed: 0,
      halt: { at: NOW, threshold: { ended: 8, failed: 4 }, group: null },
    })
    const since = { ...failures, base: { ended: 8, failed: 4 } }
    expect(decided(since, { failureThreshold: threshold }).status).toBe('running')
    // Some of the failed jobs that an operator accepted are retried.
    const fewer = { ...since, base: { ended: 20, failed: 9 } }
    expect(decided(fewer, { failureThreshold: threshold }).base).toEqual({ ended: 8, failed: 4 })
  })
})

describe('the share of a group that must have proven the target', () => {
  it('is enough when it is just reached, also where nothing was tried, and never asked of the rest', () => {
    expect([isEnough(95, 95, 100), isEnough(95, 94, 100)]).toEqual([true, false])
    expect([isEnough(100, 0, 0), isEnough(null, 0, 9)]).toEqual([true, true])
  })

  it('takes a cancelled device for one that has proven nothing, and a skipped one for none', () => {
    expect(statusesOf(state([group({ succeeded: 1, cancelled: 1 }), rest(3)]))).toEqual(['failed', 'closed'])
    expect(statusesOf(state([group({ succeeded: 1, skipped: 1 }), rest(3)]))).toEqual(['passed', 'open'])
  })
})

describe('groups', () => {
  it('stay closed while anything of the one before is open', () => {
    for (const open of ['pending', 'notified', 'downloading', 'installing'] as const) {
      const { groups, upTo } = decided(state([group({ succeeded: 9, [open]: 1 }), rest(3)]))
      expect([groups.map(({ status }) => status), upTo], open).toEqual([['open', 'closed'], 0])
    }
  })

  it('open by themselves when the one before has passed, with the time', () => {
    const { groups, upTo, allowed } = decided(state([group({ succeeded: 2 }), rest(3)]))
    expect(groups).toEqual([
      { status: 'passed', openedAt: 1 },
      { status: 'open', openedAt: NOW },
    ])
    expect([upTo, allowed]).toEqual([1, Infinity])
  })

  it('wait for a person where that was asked for, and halt where too few have proven the target', () => {
    const asked = state([group({ succeeded: 2 }, { proceed: 'person' }), rest(3)])
    expect(decided(asked)).toMatchObject({ status: 'running', waitsFor: 'person', allowed: 0, upTo: 0 })
    const failed = state([group({ succeeded: 1, failed: 1 }, { proceed: 'person' }), rest(3)])
    expect(decided(failed)).toMatchObject({
      status: 'halted',
      halt: { group: { position: 0, succeeded: 1, outcomes: 2 }, threshold: null },
    })
  })

  it('are judged while a campaign is paused, and opened only when it runs', () => {
    expect(statusesOf(state([group({ succeeded: 2 }), rest(3)], { status: 'paused' }))).toEqual(['passed', 'closed'])
  })

  it('are judged once: an open campaign that is tried again later changes no group that was left behind', () => {
    const left = group({ pending: 1, failed: 1 }, { status: 'failed' })
    const going = state([left, group({ pending: 3 }, { successPercent: null })])
    expect(statusesOf(going)).toEqual(['failed', 'open'])
  })

  it('begin with the first jobs that are made, and are judged once all are', () => {
    const fresh = [group({ pending: 2 }, { status: 'closed', openedAt: null }), rest(3)]
    const making = decided(state(fresh, { making: true }))
    expect(making).toMatchObject({ status: 'running', upTo: 0, groups: [{ openedAt: NOW }, { openedAt: null }] })
    expect(making.allowed).toBeGreaterThan(0)
    const quick = state([group({ succeeded: 2 }), rest(0)], { making: true })
    expect(decided(quick)).toMatchObject({ status: 'running', upTo: 0, groups: [{ status: 'open' }, {}] })
    expect(decided({ ...quick, making: false })).toMatchObject({ status: 'finished' })
  })

  it('begin with nothing before the start, and after a restore', () => {
    const fresh = [group({ pending: 2 }, { status: 'closed', openedAt: null }), rest(3)]
    for (const before of [
      state(fresh, { status: 'scheduled' }),
      state(fresh, { status: 'scheduled', making: true }),
      state(fresh, { status: 'paused' }),
    ])
      expect(decided(before, { startAt: NOW + 1 })).toMatchObject({
        upTo: -1,
        allowed: 0,
        groups: [{ openedAt: null }, {}],
      })
    expect(decided(state(fresh, { status: 'scheduled' }), { startAt: NOW })).toMatchObject({
      status: 'running',
      upTo: 0,
      groups: [{ status: 'open', openedAt: NOW }, { status: 'closed' }],
    })
  })
})

describe('a campaign', () => {
  it('is finished when nothing is open, unless devices may still join it', () => {
    const done = [group({ succeeded: 3 }, { successPercent: null })]
    for (const status of ['running', 'paused', 'halted'] as const)
      expect(decided(state(done, { status })).status, status).toBe('finished')
    expect(decided(state(done, { status: 'cancelled' })).status).toBe('cancelled')
    expect(decided(state(done, { joining: true })).status).toBe('running')
  })

  it('runs again when a failed device is tried again, or one joins', () => {
    expect(decided(state([group({ succeeded: 3, pending: 1 })], { status: 'finished' })).status).toBe('running')
    expect(decided(state([group({ succeeded: 3 })], { status: 'finished', joining: true })).status).toBe('running')
    expect(decided(state([group({ succeeded: 3 })], { status: 'finished' })).status).toBe('finished')
  })

  it('has places for those at once, less those that are busy or being notified; patience takes none', () => {
    const busy = group({ pending: 9, notified: 1, downloading: 1, installing: 2 }, { successPercent: null, patient: 1 })
    expect(decided(state([busy], { sending: 1 }), { rate: { concurrent: 6 } })).toMatchObject({
      allowed: 2,
      waitsFor: null,
    })
    expect(decided(state([busy], { sending: 1 }), { rate: { concurrent: 4 } })).toMatchObject({
      allowed: 0,
      waitsFor: 'concurrency',
    })
  })

  it('says what it waits for: a retry with its time, or the group before', () => {
    const retrying = group({ pending: 2, succeeded: 1 }, { successPercent: null, retrying: 2 })
    expect(decided(state([retrying], { retryAt: NOW + 5 }))).toMatchObject({
      waitsFor: 'retry',
      nextAt: NOW + 5,
      allowed: 0,
    })
    const one = group({ pending: 2, succeeded: 1 }, { successPercent: null, retrying: 1 })
    expect(decided(state([one], { retryAt: NOW + 5 }))).toMatchObject({ waitsFor: null, allowed: Infinity })
    expect(decided(state([group({ installing: 1 }), rest(3)]))).toMatchObject({ waitsFor: 'group', allowed: 0 })
  })
})

describe('a person who goes on', () => {
  it('opens the group after the one that failed or waits, and accepts the failures so far', () => {
    const failed = state([group({ succeeded: 1, failed: 2 }, { status: 'failed' }), rest(3)], { status: 'halted' })
    expect(goOn(failed, NOW)).toMatchObject({
      base: { ended: 3, failed: 2 },
      groups: [{ status: 'failed' }, { status: 'open', openedAt: NOW }],
    })
    const waiting = state([group({ succeeded: 1 }, { status: 'waiting' }), rest(3)])
    expect(goOn(waiting, NOW).groups).toMatchObject([{ status: 'passed' }, { status: 'open', openedAt: NOW }])
  })

  it('opens nothing while the group is under way: only the threshold counts from there', () => {
    for (const status of ['open', 'failed'] as const) {
      const going = state([group({ failed: 2, pending: 1 }, { status }), rest(3)], { status: 'halted' })
      const { base, groups } = goOn(going, NOW)
      expect(base).toEqual({ ended: 2, failed: 2 })
      expect(groups).toMatchObject([{ status }, { status: 'closed', openedAt: null }])
    }
  })
})
