import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { useStore } from 'zustand'
import type { Contract } from '#shared/contract.ts'
import { createConnection } from './connection.ts'
import { engineerHeaders, withPin } from './engineer.ts'
import { operatorHeaders } from './operator.ts'
import { portTransport } from './port-transport.ts'
import { keepToken, takeToken } from './token.ts'
import { type Connect, RefusedError } from './transport.ts'

/** Browsers hide why a handshake failed, so a REST call checks whether the token is the reason. */
const refused = async (origin: string, token: string): Promise<boolean> => {
  try {
    const answer = await fetch(new URL('/api/v1/station', origin), { headers: { authorization: `Bearer ${token}` } })
    return answer.status === 401 || answer.status === 403
  } catch {
    return false
  }
}

/** The connection of a browser page: a WebSocket at `/rpc` of the page's own origin. */
const websocketTransport =
  (origin: string, token: () => string | null, headers: () => Record<string, string>): Connect =>
  async () => {
    const secret = token()
    if (secret === null) throw new RefusedError()
    const url = new URL('/rpc', origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('token', secret)
    const websocket = new WebSocket(url)
    // Blobs are read asynchronously and could overtake each other.
    websocket.binaryType = 'arraybuffer'
    const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }))
    const opened = new Promise<true>((resolve) =>
      websocket.addEventListener('open', () => resolve(true), { once: true }),
    )
    if ((await Promise.race([opened, closed])) !== true) {
      if (await refused(origin, secret)) throw new RefusedError()
      throw new Error('The station does not answer')
    }
    return { link: new RPCLink({ websocket, headers }), closed }
  }

let token = takeToken(window.location, window.history, window.sessionStorage)

/** The token for the upload header; null in the desktop window. */
export const currentToken = (): string | null => token

/** The operator of this screen, and whether an engineer. */
const callerHeaders = (): Record<string, string> => ({ ...operatorHeaders(), ...engineerHeaders() })

const connection = createConnection({
  connect:
    window.otaBench === undefined
      ? websocketTransport(window.location.origin, currentToken, callerHeaders)
      : portTransport(window.otaBench, window, callerHeaders),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  patienceMs: 8000,
})

/** All calls of the station, typed by the contract. */
export const client: ContractRouterClient<Contract> = createORPCClient(withPin(connection.link))

export const connectionStore = connection.store
export const connect = connection.start

/** Uses another token from now on. */
export const signIn = (given: string): void => {
  token = given
  keepToken(window.sessionStorage, given)
  connect()
}

export const useConnectionStatus = () => useStore(connectionStore, (state) => state.status)
export const useConnectionEpoch = () => useStore(connectionStore, (state) => state.epoch)
