import { useEffect, useMemo, useRef } from 'react'
import { type Page, type Pages, usePages } from '../api/pages.ts'
import { type Listed, type LiveChanges, setFilters, withChanges } from './list-state.ts'

/** A list that is read page by page, as it is now. */
export interface PagedList<T> extends Listed<T>, Pick<Pages<T>, 'hasMore' | 'more'> {
  /** Whether a filter is set. */
  readonly filtered: boolean
}

/** Lays what the stream says over a paged list. Parts of a screen that follow a busy stream call it themselves. */
export const useLiveList = <T extends { id: number }>(list: PagedList<T>, live: LiveChanges<T>): PagedList<T> => {
  const { items, loading, filtered, reload } = list
  const { latest, removed, joinNew = false, stamp } = live
  const joining = joinNew && !loading && !filtered
  const read = useRef(stamp)
  useEffect(() => {
    if (read.current === stamp) return
    read.current = stamp
    reload()
  }, [stamp, reload])
  const current = useMemo(
    () => withChanges(items, { ...(latest && { latest }), ...(removed && { removed }) }, joining),
    [items, latest, removed, joining],
  )
  return { ...list, items: current }
}

interface PagedListOptions<F, S, T> {
  /** What is looked for; undefined and an empty search leave it open. */
  filter: F
  /** What the list is about: always part of the question, never a filter. */
  scope?: S
  /** Rows of a page. */
  limit?: number
  /** Asks the station for a page. */
  read: (
    page: Partial<F> & S & { limit: number; cursor: string | undefined },
    options: { signal: AbortSignal },
  ) => Promise<Page<T>>
  live?: LiveChanges<T>
}

const still = {}

/** A list read page by page for a table: begins anew when its filter or scope changes, and stays live where the stream is given. */
export const usePagedList = <F extends object, T extends { id: number }, S extends object = object>({
  filter,
  scope,
  limit = 100,
  read,
  live = still,
}: PagedListOptions<F, S, T>): PagedList<T> => {
  const set = setFilters(filter)
  const pages = usePages(JSON.stringify([set, scope]), (cursor, signal) =>
    read({ ...set, ...(scope as S), limit, cursor }, { signal }),
  )
  return useLiveList({ ...pages, filtered: Object.keys(set).length > 0 }, live)
}
