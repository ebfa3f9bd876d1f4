import { useMemo } from 'react'
import type { RejectedLogin } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { type Query, useQuery } from '../../../api/queries.ts'
import { useLiveStore } from '../../../live/live-store.ts'
import { mergeRejectedLogins } from './merge-rejected-logins.ts'

export interface RejectedLogins extends Pick<Query<unknown>, 'failure' | 'loading' | 'reload'> {
  /** Latest first. */
  readonly items: readonly RejectedLogin[]
}

/** Devices that were refused, live. */
export const useRejectedLogins = (): RejectedLogins => {
  const { data, failure, loading, reload } = useQuery('knocks', (signal) =>
    client.knocks.list({ limit: 1000 }, { signal }),
  )
  const latest = useLiveStore((state) => state.knocks)
  const removed = useLiveStore((state) => state.removed.knock)
  const items = useMemo(() => mergeRejectedLogins(data?.items ?? [], latest, removed), [data, latest, removed])
  return { items, failure, loading, reload }
}
