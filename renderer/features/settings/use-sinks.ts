import { useEffect, useMemo, useState } from 'react'
import type { Sink } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { type Query, useQuery } from '../../api/queries.ts'
import { follow } from '../../live/follow-events.ts'

/** The receivers of outgoing records, as they are now. */
export const useSinks = (): Pick<Query<Sink[]>, 'data' | 'failure' | 'loading' | 'reload'> => {
  const query = useQuery('sinks', (signal) => client.sinks.list(undefined, { signal }))
  const { reload } = query
  const [latest, setLatest] = useState<ReadonlyMap<number, Sink>>(new Map())
  useEffect(
    () =>
      follow({
        types: ['sink', 'removed'],
        onOpen() {
          setLatest(new Map())
          reload()
        },
        onEvents(events) {
          const changed = events.flatMap((event) => (event.type === 'sink' ? [event] : []))
          if (changed.length > 0)
            setLatest((before) => new Map([...before, ...changed.map((sink) => [sink.id, sink] as const)]))
          if (events.some((event) => event.type === 'removed' && event.what === 'sink')) reload()
        },
      }),
    [reload],
  )
  const items = query.data?.items
  const data = useMemo(() => {
    if (items === undefined) return undefined
    const known = new Set(items.map(({ id }) => id))
    // A new one comes as an event after it was made, which may be before the list is read again.
    return items.map((sink) => latest.get(sink.id) ?? sink).filter(({ id }) => known.has(id))
  }, [items, latest])
  return { ...query, data }
}
