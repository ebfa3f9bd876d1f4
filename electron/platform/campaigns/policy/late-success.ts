import {
  decide,
  isEnough,
  type RolloutGroupState,
  type RolloutPlan,
  type RolloutState,
  reachesThreshold,
} from './rollout-policy.ts'

/** A job that counted as failed, and whose device has proven the target since. */
export interface LateProof {
  readonly group: number
  /** When the job had failed, in milliseconds since 1970. */
  readonly failedAt: number
}

/** The group that was opened last is judged anew, if it was not good enough. */
const reopened = (groups: readonly RolloutGroupState[]): RolloutGroupState[] => {
  const last = groups.findLastIndex(({ openedAt }) => openedAt !== null)
  return groups.map((group, at) => (at === last && group.status === 'failed' ? { ...group, status: 'open' } : group))
}

const withProof = (halt: NonNullable<RolloutState['halt']>, { group, failedAt }: LateProof) => {
  // What failed after the halt had no part in it.
  if (failedAt > halt.at) return halt
  const { threshold } = halt
  const isOfGroup = halt.group?.position === group
  return {
    ...halt,
    threshold: threshold && { ...threshold, failed: threshold.failed - 1 },
    group: halt.group && isOfGroup ? { ...halt.group, succeeded: halt.group.succeeded + 1 } : halt.group,
  }
}

/**
 * What a late proof makes of a campaign: pure. A halt is lifted when it would not have come without the failures that were none, and nothing
 * that is there now would bring it again; a group that a person has not yet been notified of is judged anew. Nobody's decision is touched: where
 * a person has had a hand in it since, there is no `halt`.
 * @param state as the campaign stands with the job counted as succeeded. The same object comes back when nothing changes.
 */
export const afterLateProof = (
  plan: RolloutPlan,
  state: RolloutState,
  proof: LateProof,
  now: number,
  zone: string,
): RolloutState => {
  const groups = reopened(state.groups)
  if (state.status === 'paused') {
    const at = groups.findIndex(({ status }, position) => status !== state.groups[position]?.status)
    const anew: RolloutState = { ...state, groups }
    return at < 0 || decide(plan, anew, now, zone).groups[at]?.status === 'failed' ? state : anew
  }
  if (state.status !== 'halted' || !state.halt) return state
  const halt = withProof(state.halt, proof)
  const { threshold, group } = halt
  const successPercent = group ? (state.groups[group.position]?.successPercent ?? null) : null
  const holds =
    (threshold && reachesThreshold(plan.failureThreshold, threshold.ended, threshold.failed)) ||
    (group && !isEnough(successPercent, group.succeeded, group.outcomes))
  const lifted: RolloutState = { ...state, status: 'running', groups, halt: null }
  return holds || decide(plan, lifted, now, zone).status === 'halted' ? { ...state, halt } : lifted
}
