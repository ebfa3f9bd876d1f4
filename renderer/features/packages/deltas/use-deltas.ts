import { useEffect, useMemo, useState } from 'react'
import type { Delta } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { type Listed, listOf } from '../../../components/list-state.ts'
import { follow } from '../../../live/follow-events.ts'
import { arrivals, overlay } from '../../../live/merge-events.ts'

interface Heard {
  readonly latest: ReadonlyMap<number, Delta>
  readonly removed: ReadonlySet<number>
}

const nothing: Heard = { latest: new Map(), removed: new Set() }

/** The deltas to a package, newest first, updated while they are made. */
export const useDeltas = (packageId: number): Listed<Delta> => {
  const query = useQuery(`diffs/${packageId}`, (signal) => client.diffs.list({ id: packageId }, { signal }))
  const { reload } = query
  const [heard, setHeard] = useState<Heard>(nothing)
  useEffect(() => {
    setHeard(nothing)
    return follow({
      types: ['diff', 'removed'],
      onOpen: reload,
      onEvents: (events) =>
        setHeard((before) => {
          const latest = new Map(before.latest)
          const removed = new Set(before.removed)
          for (const event of events) {
            if (event.type === 'diff' && event.packageId === packageId) {
              const { type: _, ...diff } = event
              latest.set(diff.id, diff)
            } else if (event.type === 'removed' && event.what === 'diff') removed.add(event.id)
          }
          return { latest, removed }
        }),
    })
  }, [packageId, reload])
  const items = useMemo(() => {
    const read = query.data?.items
    if (read === undefined) return []
    return overlay([...arrivals(read, heard.latest), ...read], heard.latest, heard.removed)
  }, [query.data, heard])
  return { ...listOf(query), items }
}
