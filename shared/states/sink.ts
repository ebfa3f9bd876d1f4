import type { TransitionTable } from './transition-table.ts'

/** What a sink does now. `waiting`: the last attempt failed, and the next one has a time. */
export const sinkStates = ['paused', 'idle', 'sending', 'waiting'] as const
export type SinkState = (typeof sinkStates)[number]

/** A sink is paused and resumed at any time; only an attempt can end in a wait. */
export const sinkTransitions: TransitionTable<SinkState> = {
  paused: ['idle'],
  idle: ['sending', 'paused'],
  sending: ['idle', 'waiting', 'paused'],
  waiting: ['sending', 'idle', 'paused'],
}
