import { isOneOf, type TransitionTable } from './transition-table.ts'

export const runStates = ['waiting', 'running', 'passed', 'failed', 'refused', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

/**
 * One flashing of the unit in a slot.
 *
 *   waiting ──port open──▶ running ──▶ passed | failed | refused (by a guard, before the first erase) | cancelled
 *      └──no unit, stop──▶ refused, failed, cancelled          failed, refused, cancelled ──retry──▶ waiting
 *
 * A station that exits during a run leaves `running` behind; the next start turns it into `failed`, INTERRUPTED.
 */
export const runTransitions: TransitionTable<RunState> = {
  waiting: ['running', 'failed', 'refused', 'cancelled'],
  running: ['passed', 'failed', 'refused', 'cancelled'],
  passed: [],
  failed: ['waiting'],
  refused: ['waiting'],
  cancelled: ['waiting'],
}

/** States in which a run occupies its slot: at most one per slot. */
export const openRunStates = ['waiting', 'running'] as const satisfies readonly RunState[]

export const isOpenRun = (state: RunState): boolean => isOneOf<RunState>(openRunStates, state)

/** States from which a retry is possible. */
export const retryableRunStates = ['failed', 'refused', 'cancelled'] as const satisfies readonly RunState[]
