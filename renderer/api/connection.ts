import type { ClientContext, ClientLink } from '@orpc/client'
import { createStore } from 'zustand/vanilla'
import { type Connect, RefusedError } from './transport.ts'

type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'refused'

interface ConnectionState {
  status: ConnectionStatus
  /** Counts the connections opened so far: a screen reads its data again when it grows. */
  epoch: number
}

/** A call failed because there is no connection to the station. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError'
}

/** Milliseconds before try number `attempt` (from 0): 0.25 s doubling to 5 s. */
export const backoffMs = (attempt: number): number => Math.min(5000, 250 * 2 ** Math.min(attempt, 10))

interface ConnectionOptions {
  connect: Connect
  wait: (ms: number) => Promise<void>
  /** Milliseconds that a call waits for a connection before it fails as offline. */
  patienceMs: number
}

/**
 * Keeps one connection to the station open: it reconnects with growing delays after a loss, and stops only when the token is refused,
 * until `retry` is called.
 */
export const createConnection = ({ connect, wait, patienceMs }: ConnectionOptions) => {
  const store = createStore<ConnectionState>(() => ({ status: 'connecting', epoch: 0 }))
  let current: ClientLink<ClientContext> | undefined

  const run = async (): Promise<void> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const transport = await connect()
        current = transport.link
        attempt = 0
        store.setState(({ epoch }) => ({ status: 'open', epoch: epoch + 1 }))
        await transport.closed
      } catch (error) {
        if (error instanceof RefusedError) {
          store.setState({ status: 'refused' })
          return
        }
      }
      current = undefined
      store.setState({ status: 'lost' })
      await wait(backoffMs(attempt))
    }
  }

  const opened = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = store.subscribe(({ status }) => {
        if (status !== 'open') return
        stop()
        resolve()
      })
    })

  const line = async (): Promise<ClientLink<ClientContext>> => {
    if (current === undefined) await Promise.race([opened(), wait(patienceMs)])
    if (current === undefined) throw new OfflineError()
    return current
  }

  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => {
      const used = await line()
      try {
        return await used.call(path, input, options)
      } catch (error) {
        if (current !== used && !options.signal?.aborted) throw new OfflineError('', { cause: error })
        throw error
      }
    },
  }

  return {
    store,
    link,
    /** Starts to connect; also after `refused`, with a new token. */
    start: () => {
      store.setState({ status: 'connecting' })
      void run()
    },
  }
}
