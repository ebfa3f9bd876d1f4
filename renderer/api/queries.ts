import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnectionEpoch } from './client.ts'
import { type Failure, failureOf } from './failure.ts'

export interface Query<T> {
  data: T | undefined
  failure: Failure | undefined
  /** True until the first answer, and again while a changed query has nothing to show. */
  loading: boolean
  reload: () => void
}

/**
 * Queries once, and again when `key` changes, on `reload`, and after every reconnect. The old answer stays on screen while the same query
 * runs again; an answer to an outdated query is dropped.
 * @param key what the query depends on; null: do not query yet
 */
export const useQuery = <T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>): Query<T> => {
  const epoch = useConnectionEpoch()
  const [stamp, setStamp] = useState(0)
  const [state, setState] = useState<{ key: string | null; data?: T; failure?: Failure }>({ key: null })
  const latest = useRef(ask)
  latest.current = ask

  // biome-ignore lint/correctness/useExhaustiveDependencies: epoch and stamp ask the same question again
  useEffect(() => {
    if (key === null) return
    const abort = new AbortController()
    latest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ key, data }),
      (error: unknown) =>
        !abort.signal.aborted &&
        setState((before) => ({ key, data: before.key === key ? before.data : undefined, failure: failureOf(error) })),
    )
    return () => abort.abort()
  }, [key, epoch, stamp])

  const current = state.key === key ? state : { data: undefined, failure: undefined }
  return {
    data: current.data,
    failure: current.failure,
    loading: key !== null && current.data === undefined && current.failure === undefined,
    reload: useCallback(() => setStamp((before) => before + 1), []),
  }
}

/** Repeats a query every `everyMs` while the page is visible. */
export const usePolled = (query: Pick<Query<unknown>, 'reload'>, everyMs: number): void => {
  const { reload } = query
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs)
    return () => clearInterval(timer)
  }, [reload, everyMs])
}
