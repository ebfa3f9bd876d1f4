import { useMemo } from 'react'
import type { RejectedLogin } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import type { Listed } from '../../../components/list-state.ts'
import { useLiveStore } from '../../../live/live-store.ts'
import { mergeRejectedLogins } from './merge-rejected-logins.ts'

/** Latest first. */
export type RejectedLogins = Listed<RejectedLogin>

/** Rejected logins, live. */
export const useRejectedLogins = (): RejectedLogins => {
  const { data, failure, loading, reload } = useQuery('knocks', (signal) =>
    client.knocks.list({ limit: 1000 }, { signal }),
  )
  const latest = useLiveStore((state) => state.knocks)
  const removed = useLiveStore((state) => state.removed.knock)
  const items = useMemo(() => mergeRejectedLogins(data?.items ?? [], latest, removed), [data, latest, removed])
  return { items, failure, loading, reload }
}
