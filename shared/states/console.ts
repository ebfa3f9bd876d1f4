import type { TransitionTable } from './transition-table.ts'

/**
 * A serial console. `paused`: the bench itself has the port, for a run or to identify the unit; `gone`: nothing is plugged in there;
 * `failed`: the port cannot be opened, which is tried again.
 */
export const consoleStates = ['opening', 'open', 'paused', 'gone', 'failed', 'closed'] as const
export type ConsoleState = (typeof consoleStates)[number]

export const consoleTransitions: TransitionTable<ConsoleState> = {
  opening: ['open', 'paused', 'gone', 'failed', 'closed'],
  open: ['paused', 'gone', 'failed', 'closed'],
  paused: ['opening', 'gone', 'failed', 'closed'],
  gone: ['open', 'paused', 'failed', 'closed'],
  failed: ['open', 'paused', 'gone', 'closed'],
  closed: [],
}
