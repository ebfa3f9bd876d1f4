import { isOneOf, type TransitionTable } from './transition-table.ts'

export const jobStates = [
  'pending',
  'notified',
  'downloading',
  'installing',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
] as const
export type JobState = (typeof jobStates)[number]

/**
 * One device's upgrade of one module.
 *
 *   pending ──notice──▶ notified ──bytes──▶ downloading ──100 %──▶ installing ──version report──▶ succeeded
 *      │                    └───────────── each may skip a step, fail, be cancelled or proven ─────────┘
 *      └──already on target──▶ skipped            failed ──retry──▶ pending      failed ──late proof──▶ succeeded
 *
 * Only the reported target version counts as success (docs/product.md §4.1), so every state in which the device may have installed can
 * become `succeeded`, even a failure that the device disproves by reporting the target.
 */
export const jobTransitions: TransitionTable<JobState> = {
  pending: ['notified', 'downloading', 'installing', 'succeeded', 'failed', 'cancelled', 'skipped'],
  notified: ['downloading', 'installing', 'succeeded', 'failed', 'cancelled'],
  downloading: ['installing', 'succeeded', 'failed', 'cancelled'],
  installing: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['pending', 'succeeded'],
  cancelled: [],
  skipped: [],
}

/** States in which a job occupies its device: at most one per device and module. */
export const openJobStates = ['pending', 'notified', 'downloading', 'installing'] as const satisfies readonly JobState[]

export const isOpenJob = (state: JobState): boolean => isOneOf<JobState>(openJobStates, state)
