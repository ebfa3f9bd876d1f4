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
 * A delta that waits may be cancelled as well; one made elsewhere that cannot be checked here is ready at once.
 */
export const deltaTransitions: TransitionTable<DeltaStatus> = {
  queued: ['running', 'ready', 'failed'],
  running: ['queued', 'ready', 'failed'],
  ready: [],
  failed: ['queued'],
}

/** Statuses in which a delta may still come. */
export const openDeltaStatuses = ['queued', 'running'] as const satisfies readonly DeltaStatus[]
