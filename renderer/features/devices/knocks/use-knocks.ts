import { useMemo } from 'react'
import type { Knock } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { type Query, useQuery } from '../../../api/queries.ts'
import { useLiveStore } from '../../../live/live-store.ts'
import { mergeKnocks } from './merge-knocks.ts'

export interface Knocks extends Pick<Query<unknown>, 'failure' | 'loading' | 'reload'> {
  /** Latest first. */
  readonly items: readonly Knock[]
}

/** Devices that were refused, live. */
export const useKnocks = (): Knocks => {
  const { data, failure, loading, reload } = useQuery('knocks', (signal) =>
    client.knocks.list({ limit: 1000 }, { signal }),
  )
  const latest = useLiveStore((state) => state.knocks)
  const removed = useLiveStore((state) => state.removed.knock)
  const items = useMemo(() => mergeKnocks(data?.items ?? [], latest, removed), [data, latest, removed])
  return { items, failure, loading, reload }
}
