import { useEffect, useMemo } from 'react'

/** A value as it is now, and its changes. */
interface Followed<T> {
  readonly read: () => T
  /** Calls after every change until the returned function is called. */
  readonly subscribe: (changed: () => void) => () => void
  readonly set: (value: T) => void
}

/** Keeps a value and calls those who follow it. */
export const createFollowed = <T>(first: T): Followed<T> => {
  let now = first
  const followers = new Set<() => void>()
  return {
    read: () => now,
    subscribe: (changed) => {
      followers.add(changed)
      return () => void followers.delete(changed)
    },
    set: (value) => {
      if (Object.is(value, now)) return
      now = value
      for (const changed of followers) changed()
    },
  }
}

/** What a component shows, for a question that stays open while it changes (`useConfirm`). The value must be the same object while nothing changes. */
export const useFollowed = <T>(value: T): Pick<Followed<T>, 'read' | 'subscribe'> => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first value begins it, later ones are set below.
  const followed = useMemo(() => createFollowed(value), [])
  useEffect(() => followed.set(value), [followed, value])
  return followed
}
