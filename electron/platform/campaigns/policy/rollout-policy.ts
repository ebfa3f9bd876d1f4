import type { CampaignDefinition } from '#shared/campaign/definition.ts'
import type { CampaignStatus } from '#shared/states/campaign.ts'
import type { JobState } from '#shared/states/job.ts'
import type { CampaignHalt } from '../../store/schema.ts'
import { isWithin, nextEdge } from './push-window.ts'
import { available, type Bucket, nextTokens, refill } from './rate-limit.ts'

type GroupStatus = 'closed' | 'open' | 'passed' | 'failed' | 'waiting'

/** The plan of a campaign; it does not change while the campaign runs, except when an operator starts it early. */
export type RolloutPlan = Pick<CampaignDefinition, 'window' | 'rate' | 'failureThreshold'> & {
  /** Milliseconds since 1970; null: at once. */
  readonly startAt: number | null
}

/** A group, its rule and its counts. The last one is the rest, without a rule (`successPercent` null). */
export interface RolloutGroupState {
  readonly successPercent: number | null
  readonly proceed: 'auto' | 'person'
  readonly status: GroupStatus
  readonly openedAt: number | null
  readonly counts: Readonly<Record<JobState, number>>
  /** Jobs among `pending` that wait for their next try. */
  readonly retrying: number
  /** Jobs among `installing` in their patience time, which take no place. */
  readonly patient: number
}

export interface RolloutState {
  readonly status: CampaignStatus
  /** Whether its jobs are still being created. */
  readonly making: boolean
  /** Whether it is a dynamic campaign that accepts later devices. */
  readonly joining: boolean
  readonly groups: readonly RolloutGroupState[]
  readonly bucket: Bucket | undefined
  /** The counts of ended and failed jobs when an operator last resumed: the threshold counts from there. */
  readonly base: { readonly ended: number; readonly failed: number }
  /** Why it was halted automatically; null unless it was, and no operator has acted since. */
  readonly halt: CampaignHalt | null
  /** Pending jobs whose notice is being sent. */
  readonly sending: number
  /** When the first of the waiting retries is due. */
  readonly retryAt: number | null
}

type WaitsFor = 'start' | 'window' | 'rate' | 'concurrency' | 'devices' | 'group' | 'person' | 'retry'

export interface Decision {
  readonly status: CampaignStatus
  readonly groups: readonly { readonly status: GroupStatus; readonly openedAt: number | null }[]
  readonly base: { readonly ended: number; readonly failed: number }
  readonly halt: CampaignHalt | null
  readonly bucket: Bucket | undefined
  /** How many more devices may be notified now. */
  readonly allowed: number
  /** Jobs of groups up to this one (counted from 0) may be offered; -1: none. */
  readonly upTo: number
  readonly waitsFor: WaitsFor | null
  /** When that state ends by itself. */
  readonly nextAt: number | null
  /** When to evaluate again. */
  readonly wakeAt: number | null
}

type Counts = Readonly<Record<JobState, number>>
const busy = (counts: Counts): number => counts.notified + counts.downloading + counts.installing
const open = (counts: Counts): number => counts.pending + busy(counts)
const tried = (counts: Counts): number => counts.succeeded + counts.failed

const sum = (groups: readonly RolloutGroupState[], of: (counts: Counts) => number): number =>
  groups.reduce((total, { counts }) => total + of(counts), 0)

interface Course {
  readonly groups: RolloutGroupState[]
  /** The last opened group; -1: none yet. */
  readonly upTo: number
}

const outcomesOf = (counts: Counts): number => tried(counts) + counts.cancelled

/** Whether that many successes of that many results satisfy a group; a group without results passes. */
export const isEnough = (successPercent: number | null, succeeded: number, outcomes: number): boolean =>
  successPercent === null || succeeded * 100 >= successPercent * outcomes

const passes = ({ counts, successPercent }: RolloutGroupState): boolean =>
  isEnough(successPercent, counts.succeeded, outcomesOf(counts))

const judged = (group: RolloutGroupState): GroupStatus => {
  if (!passes(group)) return 'failed'
  return group.proceed === 'person' && group.successPercent !== null ? 'waiting' : 'passed'
}

/** Opens groups in order: the next only when all jobs of the last one have ended and it has passed. */
const courseOf = (state: RolloutState, now: number): Course => {
  const groups = [...state.groups]
  // A restore also pauses campaigns that have not begun.
  const waits = state.status === 'scheduled' || (state.status === 'paused' && groups[0]?.openedAt === null)
  if (waits || (state.making && state.status !== 'running')) return { groups, upTo: -1 }
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at] as RolloutGroupState
    const next = groups[at + 1]
    const begun = group.openedAt === null ? { ...group, status: 'open' as const, openedAt: now } : group
    groups[at] = begun
    // The first group begins with its first jobs, and is judged once all of them exist.
    if (state.making) return { groups, upTo: at }
    if (next?.openedAt != null) continue
    // An operator has retried jobs, so the group is evaluated again.
    const status = open(begun.counts) > 0 ? 'open' : begun.status === 'open' ? judged(begun) : begun.status
    groups[at] = { ...begun, status }
    if (status !== 'passed' || state.status !== 'running') return { groups, upTo: at }
  }
  return { groups, upTo: groups.length - 1 }
}

/** Whether that many failures of that many ended jobs exceed the threshold. */
export const reachesThreshold = (threshold: RolloutPlan['failureThreshold'], ended: number, failed: number): boolean =>
  threshold !== undefined && failed >= threshold.minimum && failed * 100 >= threshold.percent * ended

/**
 * Decides what a campaign may do now: pure, from its plan and its state. The caller stores `status`, `groups`, `base` and `bucket`
 * and evaluates again at `wakeAt`, or when a job has changed.
 * @param zone the station's own, an IANA name.
 */
export const decide = (plan: RolloutPlan, before: RolloutState, now: number, zone: string): Decision => {
  const due = before.status === 'scheduled' && (plan.startAt ?? 0) <= now && !before.making
  // A failed job that is retried, and a device that joins.
  const revived = before.status === 'finished' && (before.joining || sum(before.groups, open) > 0)
  const state: RolloutState = due || revived ? { ...before, status: 'running' } : before
  const failed = sum(state.groups, (counts) => counts.failed)
  const ended = sum(state.groups, tried)
  // A failed job that is retried no longer counts as a failure.
  const base = { failed: Math.min(state.base.failed, failed), ended: Math.min(state.base.ended, ended) }
  const { groups, upTo } = courseOf(state, now)
  const stays = {
    groups: groups.map(({ status, openedAt }) => ({ status, openedAt })),
    base,
    halt: state.status === 'halted' ? state.halt : null,
    bucket: state.bucket,
    allowed: 0,
    upTo,
    waitsFor: null,
    nextAt: null,
    wakeAt: null,
  }
  if (state.making && state.status === 'scheduled') return { ...stays, status: 'scheduled' }
  if (state.status === 'scheduled')
    return { ...stays, status: 'scheduled', waitsFor: 'start', nextAt: plan.startAt, wakeAt: plan.startAt }
  const left = sum(groups, open)
  const alive = state.status === 'running' || state.status === 'paused' || state.status === 'halted'
  if (alive && left === 0 && !state.joining && !state.making) return { ...stays, status: 'finished', halt: null }
  if (state.status !== 'running')
    return { ...stays, status: state.status, waitsFor: state.status === 'halted' ? 'person' : null }
  const halt = haltOf(plan, { groups, upTo }, { ended: ended - base.ended, failed: failed - base.failed }, now)
  if (halt) return { ...stays, status: 'halted', waitsFor: 'person', halt }
  return { ...stays, status: 'running', ...offering(plan, state, { groups, upTo }, now, zone) }
}

/** Why a running campaign must halt; null: it need not. */
const haltOf = (
  plan: RolloutPlan,
  { groups, upTo }: Course,
  since: { readonly ended: number; readonly failed: number },
  at: number,
): CampaignHalt | null => {
  const last = groups[upTo]
  const group =
    last?.status === 'failed'
      ? { position: upTo, succeeded: last.counts.succeeded, outcomes: outcomesOf(last.counts) }
      : null
  const threshold = reachesThreshold(plan.failureThreshold, since.ended, since.failed) ? since : null
  return group || threshold ? { at, threshold, group } : null
}

/** The number of devices that may be notified now, or why none may be. */
const offering = (
  plan: RolloutPlan,
  state: RolloutState,
  { groups, upTo }: Course,
  now: number,
  zone: string,
): Pick<Decision, 'allowed' | 'waitsFor' | 'nextAt' | 'wakeAt' | 'bucket'> => {
  const { window, rate } = plan
  const nothing = { allowed: 0, waitsFor: null, nextAt: null, wakeAt: null, bucket: state.bucket }
  const begun = groups.slice(0, upTo + 1)
  const pending = sum(begun, (counts) => counts.pending)
  const retrying = begun.reduce((total, group) => total + group.retrying, 0)
  if (groups[upTo]?.status === 'waiting') return { ...nothing, waitsFor: 'person' }
  if (pending === 0) return sum(groups, (counts) => counts.pending) > 0 ? { ...nothing, waitsFor: 'group' } : nothing
  if (pending === retrying) return { ...nothing, waitsFor: 'retry', nextAt: state.retryAt }
  if (window && !isWithin(window, now, zone)) {
    const opens = nextEdge(window, now, zone, true) ?? null
    return { ...nothing, waitsFor: 'window', nextAt: opens, wakeAt: opens }
  }
  const closes = window ? (nextEdge(window, now, zone, false) ?? null) : null
  const patient = groups.reduce((total, group) => total + group.patient, 0)
  const busyNow = sum(groups, busy) - patient + state.sending
  const room = rate?.concurrent === undefined ? Infinity : rate.concurrent - busyNow
  if (rate?.perMinute === undefined) {
    const allowed = Math.max(0, room)
    return { ...nothing, allowed, waitsFor: allowed > 0 ? null : 'concurrency', wakeAt: closes }
  }
  const bucket = refill(state.bucket, rate.perMinute, now)
  const tokens = available(bucket)
  if (room <= 0) return { ...nothing, bucket, waitsFor: 'concurrency', wakeAt: closes }
  if (tokens > 0) return { ...nothing, bucket, allowed: Math.min(tokens, room), wakeAt: closes }
  const refilled = nextTokens(bucket, rate.perMinute)
  return { ...nothing, bucket, waitsFor: 'rate', nextAt: refilled, wakeAt: Math.min(closes ?? refilled, refilled) }
}

/** The effect of an operator's resume: after a halt the threshold counts from here, and the group after a failed one opens. */
export const goOn = (state: RolloutState, now: number): Pick<RolloutState, 'groups' | 'base'> => {
  const groups = [...state.groups]
  const at = groups.findLastIndex(({ openedAt }) => openedAt !== null)
  const last = groups[at]
  const next = groups[at + 1]
  const base = { ended: sum(groups, tried), failed: sum(groups, (counts) => counts.failed) }
  if (!last || open(last.counts) > 0) return { groups, base }
  if (last.status === 'waiting') groups[at] = { ...last, status: 'passed' }
  if (next && (last.status === 'failed' || last.status === 'waiting'))
    groups[at + 1] = { ...next, status: 'open', openedAt: now }
  return { groups, base }
}
