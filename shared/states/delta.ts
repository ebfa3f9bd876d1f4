import type { TransitionTable } from './transition-table.ts'

export const deltaStatuses = ['queued', 'running', 'ready', 'failed'] as const
export type DeltaStatus = (typeof deltaStatuses)[number]

/**
 * A delta from one version to a package, made here or checked here.
 *
 *   queued ──its turn──▶ running ──restored, digest right──▶ ready
 *     ▲ ▲                   │ └── failed, cancelled ──▶ failed
 *     │ └── station stopped ┘                             │
 *     └───────────────────── asked for again ─────────────┘
 *
 * A waiting delta may be cancelled as well; one made elsewhere that cannot be checked here is ready at once.
 */
export const deltaTransitions: TransitionTable<DeltaStatus> = {
  queued: ['running', 'ready', 'failed'],
  running: ['queued', 'ready', 'failed'],
  ready: [],
  failed: ['queued'],
}

/** Statuses of a delta that is still expected. */
export const openDeltaStatuses = ['queued', 'running'] as const satisfies readonly DeltaStatus[]
