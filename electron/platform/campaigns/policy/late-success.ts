import {
  decide,
  isEnough,
  type RolloutGroupState,
  type RolloutPlan,
  type RolloutState,
  reachesThreshold,
} from './rollout-policy.ts'

/** A job that counted as failed, and whose device has reported the target version since. */
interface LateProof {
  readonly group: number
  /** When the job had failed, in milliseconds since 1970. */
  readonly failedAt: number
}

/** Evaluates the last opened group again, if it had failed its threshold. */
const reopened = (groups: readonly RolloutGroupState[]): RolloutGroupState[] => {
  const last = groups.findLastIndex(({ openedAt }) => openedAt !== null)
  return groups.map((group, at) => (at === last && group.status === 'failed' ? { ...group, status: 'open' } : group))
}

const withProof = (halt: NonNullable<RolloutState['halt']>, { group, failedAt }: LateProof) => {
  // A failure after the halt did not contribute to it.
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
 * Applies a late success to a campaign: pure. It lifts a halt that would not have happened without the failures that later proved
 * to be successes, if the current counts would not cause it again. It evaluates a group again if the operator has not decided on
 * it yet. It changes no operator's decision: when an operator has acted since the halt, there is no `halt`.
 * @param state the campaign's state with the job counted as succeeded. Returns the same object when nothing changes.
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
