import type { Failure } from '../api/failure.ts'
import type { Query } from '../api/queries.ts'
import { arrivals, overlay } from '../live/merge-events.ts'

/** A list as it was read: page by page, at once, or from a live store. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly failure: Failure | undefined
  readonly loading: boolean
  readonly reload: () => void
}

export type ListState = 'failed' | 'loading' | 'no-match' | 'empty' | 'listed'

/**
 * What stands in the place of a list. What was read stays to be seen when reading it again fails.
 * @param filtered whether a filter is set, so that nothing listed does not mean that there is nothing
 */
export const listState = (
  { items, failure, loading }: Omit<Listed<unknown>, 'reload'>,
  filtered: boolean,
): ListState => {
  if (failure !== undefined && items.length === 0) return 'failed'
  if (loading) return 'loading'
  if (items.length > 0) return 'listed'
  return filtered ? 'no-match' : 'empty'
}

/** A list that is read at once, or not asked for yet. One that was read as empty stays empty when reading it again fails. */
export const listOf = <T>({ data, failure, reload }: Query<{ items: T[] }>): Listed<T> => ({
  items: data?.items ?? [],
  failure: data === undefined ? failure : undefined,
  loading: data === undefined && failure === undefined,
  reload,
})

/** The part of a list that the screen itself picked from all that was read: what was read stays to be picked from. */
export const partOf = <T>(list: Listed<unknown>, shown: readonly T[]): Listed<T> => ({
  ...list,
  items: shown,
  failure: list.items.length === 0 ? list.failure : undefined,
})

/** The filters that are set: neither undefined nor an empty search. */
export const setFilters = <F extends object>(filter: F): Partial<F> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== '')) as Partial<F>

/** What the stream says about the objects of a list. */
export interface LiveChanges<T> {
  /** The latest word on each. */
  readonly latest?: ReadonlyMap<number, T>
  readonly removed?: ReadonlySet<number>
  /** Whether new objects join at the top, as in a list that is newest first. A filtered list takes none: the station alone knows which match. */
  readonly joinNew?: boolean
  /** The list is read again when this changes. */
  readonly stamp?: number
}

const noLatest: ReadonlyMap<number, never> = new Map<number, never>()
const noneRemoved: ReadonlySet<number> = new Set()

/** Items with what the stream said since they were read. @param joining whether new objects may join now */
export const withChanges = <T extends { id: number }>(
  items: readonly T[],
  { latest = noLatest, removed = noneRemoved }: LiveChanges<T>,
  joining: boolean,
): readonly T[] => {
  if (latest.size === 0 && removed.size === 0) return items
  const listed = overlay(items, latest, removed)
  return joining ? [...arrivals(items, latest), ...listed] : listed
}
