import type { LiveEvent } from '#shared/schema.ts'
import { client, connectionStore } from '../api/client.ts'

type LiveType = LiveEvent['type']

interface FollowOptions {
  types: LiveType[]
  campaignId?: number
  /** The stream is open: read what it may have missed. Called again after every interruption. */
  onOpen: () => void
  /** One batch, at most ten a second. */
  onEvents: (events: LiveEvent[]) => void
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const lineOpen = (): Promise<void> =>
  connectionStore.getState().status === 'open'
    ? Promise.resolve()
    : new Promise((resolve) => {
        const stop = connectionStore.subscribe(({ status }) => {
          if (status !== 'open') return
          stop()
          resolve()
        })
      })

/**
 * Follows the station's events until the returned function is called, across reconnects. The stream opens before `onOpen`, so that data
 * read then is never older than the missed events.
 */
export const follow = ({ types, campaignId, onOpen, onEvents }: FollowOptions): (() => void) => {
  const abort = new AbortController()
  const { signal } = abort
  const run = async () => {
    while (!signal.aborted) {
      await lineOpen()
      try {
        const stream = await client.events.stream({ types, campaignId }, { signal })
        if (signal.aborted) return
        onOpen()
        for await (const batch of stream) {
          if (signal.aborted) return
          onEvents(batch.events)
        }
      } catch {
        // An interruption: the loop opens the stream again after the reconnect.
      }
      await pause(300)
    }
  }
  void run()
  return () => abort.abort()
}
