import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnectionEpoch } from './client.ts'
import { type Failure, failureOf } from './failure.ts'

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

interface State<T> {
  key: string | null
  items: T[]
  cursor: string | null
  failure?: Failure
}

export interface Pages<T> {
  items: T[]
  failure: Failure | undefined
  loading: boolean
  /** Whether the list has more pages. */
  hasMore: boolean
  /** Reads the next page; does nothing while one is being read. */
  more: () => void
  reload: () => void
}

/** A list that is read page by page; it starts again when `key` changes, on `reload` and after a reconnect. */
export const usePages = <T>(
  key: string,
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> => {
  const epoch = useConnectionEpoch()
  const [stamp, setStamp] = useState(0)
  const [state, setState] = useState<State<T>>({ key: null, items: [], cursor: null })
  const latest = useRef(ask)
  latest.current = ask
  const reading = useRef<AbortController | null>(null)

  const read = useCallback(
    (cursor: string | undefined) => {
      reading.current?.abort()
      const abort = new AbortController()
      reading.current = abort
      latest
        .current(cursor, abort.signal)
        .then(
          (page) => {
            if (abort.signal.aborted) return
            setState((before) => ({
              key,
              items: cursor === undefined ? page.items : [...before.items, ...page.items],
              cursor: page.nextCursor,
            }))
          },
          (error: unknown) => {
            if (abort.signal.aborted) return
            const failure = failureOf(error)
            setState((before) =>
              before.key === key ? { ...before, failure } : { key, items: [], cursor: null, failure },
            )
          },
        )
        .finally(() => {
          if (reading.current === abort) reading.current = null
        })
      return abort
    },
    [key],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: epoch and stamp read the same list again
  useEffect(() => {
    const abort = read(undefined)
    return () => abort.abort()
  }, [read, epoch, stamp])

  const fresh = state.key === key
  return {
    items: fresh ? state.items : [],
    failure: fresh ? state.failure : undefined,
    loading: !fresh,
    hasMore: fresh && state.cursor !== null,
    more: useCallback(() => {
      if (state.cursor !== null && reading.current === null) read(state.cursor)
    }, [state.cursor, read]),
    reload: useCallback(() => setStamp((before) => before + 1), []),
  }
}
