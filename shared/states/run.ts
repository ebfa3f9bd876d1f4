import { isOneOf, type TransitionTable } from './transition-table.ts'

export const runStates = ['waiting', 'running', 'passed', 'failed', 'refused', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

/**
 * One flashing of the unit in a slot.
 *
 *   waiting ──port open──▶ running ──▶ passed | failed | refused (by a guard, before the first erase) | cancelled
 *      └──no unit, stop──▶ refused, failed, cancelled          failed, refused, cancelled ──retry──▶ waiting
 *
 * A station that ends in the middle leaves `running` behind; the next start turns it into `failed`, INTERRUPTED.
 */
export const runTransitions: TransitionTable<RunState> = {
  waiting: ['running', 'failed', 'refused', 'cancelled'],
  running: ['passed', 'failed', 'refused', 'cancelled'],
  passed: [],
  failed: ['waiting'],
  refused: ['waiting'],
  cancelled: ['waiting'],
}

/** States in which a run holds its slot: at most one a slot. */
export const openRunStates = ['waiting', 'running'] as const satisfies readonly RunState[]

export const isOpenRun = (state: RunState): boolean => isOneOf<RunState>(openRunStates, state)

/** States a retry leads out of. */
export const retryableRunStates = ['failed', 'refused', 'cancelled'] as const satisfies readonly RunState[]
