/** A state machine as a table: each state with its possible next states. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>

/** Whether the table allows the transition; a state cannot follow itself unless the table lists it. */
export const mayMove = <S extends string>(table: TransitionTable<S>, from: S, to: S): boolean =>
  table[from].includes(to)

/** Whether `state` is one of `states`, for groups narrower than the machine's own type. */
export const isOneOf = <S extends string>(states: readonly S[], state: S): boolean => states.includes(state)
