import { expect, it } from 'vitest'
import { type JobState, jobStates } from '#shared/states/job.ts'
import { afterLateProof } from './late-success.ts'
import type { RolloutGroupState, RolloutPlan, RolloutState } from './rollout-policy.ts'

const NOW = 1_000_000
const HALTED_AT = 500
const plan: RolloutPlan = { startAt: null, failureThreshold: { percent: 50, minimum: 2 } }

const group = (
  some: Partial<Record<JobState, number>>,
  status: RolloutGroupState['status'],
  openedAt: number | null = 1,
): RolloutGroupState => ({
  successPercent: 100,
  proceed: 'auto',
  status,
  openedAt,
  counts: { ...(Object.fromEntries(jobStates.map((name) => [name, 0])) as Record<JobState, number>), ...some },
  retrying: 0,
  patient: 0,
})
const state = (groups: readonly RolloutGroupState[], more: Partial<RolloutState>): RolloutState => ({
  status: 'halted',
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
const healed = (before: RolloutState, proof = { group: 0, failedAt: 400 }) =>
  afterLateProof(plan, before, proof, NOW, 'UTC')

/** Halted by two failures of four, one of which later proved to be a success. */
const byThreshold = (failed: number, ended = 4): RolloutState =>
  state([group({ succeeded: ended - failed + 1, failed: failed - 1, pending: 3 }, 'open')], {
    halt: { at: HALTED_AT, threshold: { ended, failed }, group: null },
  })
/** Halted by a group of two with one failure; that device has reported the target version since. */
const byGroup = (failed: number): RolloutState =>
  state([group({ succeeded: 2, failed }, 'failed'), group({ pending: 3 }, 'closed', null)], {
    halt: { at: HALTED_AT, threshold: null, group: { position: 0, succeeded: 1, outcomes: 2 + failed } },
  })

it('lifts a halt that would not have come without the failure', () => {
  expect(healed(byThreshold(2))).toMatchObject({ status: 'running', halt: null })
})

it('leaves a halt that the others have caused as well, and remembers that one failure was none', () => {
  expect(healed(byThreshold(4))).toMatchObject({
    status: 'halted',
    halt: { threshold: { ended: 4, failed: 3 } },
  })
})

it('leaves a halt in which the failure had no part, as it came later', () => {
  const before = byThreshold(2)
  expect(healed(before, { group: 0, failedAt: HALTED_AT + 1 })).toMatchObject({
    status: 'halted',
    halt: { threshold: { failed: 2 } },
  })
  expect(healed(before, { group: 0, failedAt: HALTED_AT })).toMatchObject({ status: 'running' })
})

it('lifts the halt of a group that has proven itself by it, and judges that group anew', () => {
  expect(healed(byGroup(0))).toMatchObject({ status: 'running', halt: null, groups: [{ status: 'open' }, {}] })
})

it('leaves the halt of a group of which others have failed, or of another group than that of the device', () => {
  expect(healed(byGroup(1))).toMatchObject({ status: 'halted', halt: { group: { succeeded: 2, outcomes: 3 } } })
  expect(healed(byGroup(0), { group: 1, failedAt: 400 })).toMatchObject({
    status: 'halted',
    halt: { group: { succeeded: 1 } },
  })
})

it('leaves a halt that what is there now would bring again at once', () => {
  const later = byThreshold(2)
  const worse = { ...later, groups: [group({ succeeded: 3, failed: 5, pending: 3 }, 'open')] }
  expect(healed(worse)).toMatchObject({ status: 'halted' })
})

it('judges the group of a paused campaign anew, where that is enough by now', () => {
  const paused = (failed: number) =>
    state([group({ succeeded: 2, failed }, 'failed'), group({ pending: 3 }, 'closed', null)], { status: 'paused' })
  expect(healed(paused(0))).toMatchObject({ status: 'paused', groups: [{ status: 'open' }, {}] })
  const still = paused(1)
  expect(healed(still)).toBe(still)
})

it('touches nothing where a person has had a hand in it, or nothing was halted', () => {
  const untouched = [
    { ...byThreshold(2), halt: null },
    { ...byThreshold(2), status: 'running' as const },
    { ...byThreshold(2), status: 'cancelled' as const },
    state([group({ succeeded: 2 }, 'passed'), group({ pending: 3 }, 'open')], { status: 'paused' }),
  ]
  for (const before of untouched) expect(healed(before)).toBe(before)
})
