import { useCallback, useEffect, useRef, useState } from 'react'
import { CONSOLE_KEPT_BYTES, type Console, type ConsoleEntry } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { type Failure, failureOf } from '../../../api/failure.ts'

const AGAIN_MS = 1000

/** What a console shows, with everything that this window has of it. */
export interface FollowedConsole {
  readonly console: Console | undefined
  readonly failure: Failure | undefined
  /** Of the latest messages, oldest first. */
  readonly entries: readonly ConsoleEntry[]
  /** Bytes that this window missed, so far. */
  readonly dropped: number
  /** Calls back with each new entry, from then on. */
  readonly onEntry: (listener: (entry: ConsoleEntry) => void) => () => void
  readonly show: (console: Console) => void
  /** Opens it again after somebody closed it; what was shown stays. */
  readonly reopen: () => void
}

/** Where a console is: a slot of a line, or any port of this machine. */
export type ConsolePlace = { readonly slotId: number } | { readonly path: string }

/** Opens the console of a place and follows it as long as it is shown. */
export const useConsole = (place: ConsolePlace): FollowedConsole => {
  const slotId = 'slotId' in place ? place.slotId : undefined
  const path = 'path' in place ? place.path : undefined
  const [shown, show] = useState<Console>()
  const [failure, setFailure] = useState<Failure>()
  const [dropped, setDropped] = useState(0)
  const [round, setRound] = useState(0)
  const entries = useRef<ConsoleEntry[]>([])
  const listeners = useRef(new Set<(entry: ConsoleEntry) => void>())

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round opens it again.
  useEffect(() => {
    const abort = new AbortController()
    const { signal } = abort
    let next = 0
    let id = 0
    const take = (entry: ConsoleEntry): void => {
      entries.current.push(entry)
      const first = entries.current[0]
      if (first && entry.position - first.position > CONSOLE_KEPT_BYTES) entries.current.shift()
      for (const listener of listeners.current) listener(entry)
    }
    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          const opened = await client.bench.openConsole(slotId === undefined ? { path } : { slotId }, { signal })
          if (opened.id !== id) next = opened.begin
          id = opened.id
          for await (const message of await client.bench.followConsole({ id, offset: next }, { signal })) {
            if (signal.aborted) return
            next = message.next
            show(message.console)
            setFailure(undefined)
            if (message.dropped > 0) setDropped((before) => before + message.dropped)
            message.entries.forEach(take)
            // Somebody closed it, so that another program can have the port.
            if (message.console.state === 'closed') return
          }
        } catch (error) {
          if (!signal.aborted) setFailure(failureOf(error))
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
    void run()
    return () => abort.abort()
  }, [slotId, path, round])

  const onEntry = useCallback((listener: (entry: ConsoleEntry) => void) => {
    listeners.current.add(listener)
    return () => void listeners.current.delete(listener)
  }, [])
  const reopen = useCallback(() => setRound((before) => before + 1), [])
  return { console: shown, failure, entries: entries.current, dropped, onEntry, show, reopen }
}
