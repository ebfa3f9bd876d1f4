import type { TransitionTable } from './table.ts'

export const diffStatuses = ['queued', 'running', 'ready', 'failed'] as const
export type DiffStatus = (typeof diffStatuses)[number]

/**
 * A patch from one version to a package, made here or checked here.
 *
 *   queued ──its turn──▶ running ──restored, digest right──▶ ready
 *     ▲ ▲                   │ └── failed, cancelled ──▶ failed
 *     │ └── station stopped ┘                             │
 *     └───────────────────── asked for again ─────────────┘
 *
 * A patch that waits may be cancelled as well; one made elsewhere that cannot be checked here is ready at once.
 */
export const diffTransitions: TransitionTable<DiffStatus> = {
  queued: ['running', 'ready', 'failed'],
  running: ['queued', 'ready', 'failed'],
  ready: [],
  failed: ['queued'],
}

/** Statuses in which a patch may still come. */
export const openDiffStatuses = ['queued', 'running'] as const satisfies readonly DiffStatus[]
