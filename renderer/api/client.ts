import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { useStore } from 'zustand'
import type { Contract } from '#shared/contract.ts'
import { createConnection } from './connection.ts'
import { engineerHeaders, withPin } from './engineer.ts'
import { operatorHeaders } from './operator.ts'
import { portTransport } from './port-transport.ts'
import { keepToken, takeToken } from './token.ts'
import { websocketTransport } from './websocket-transport.ts'

let token = takeToken(window.location, window.history, window.sessionStorage)

/** The token that uploads send as a header; null in the desktop window. */
export const currentToken = (): string | null => token

/** Who works at this screen, and as what. */
const callerHeaders = (): Record<string, string> => ({ ...operatorHeaders(), ...engineerHeaders() })

const connection = createConnection({
  connect:
    window.otaBench === undefined
      ? websocketTransport(window.location.origin, currentToken, callerHeaders)
      : portTransport(window.otaBench, window, callerHeaders),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  patienceMs: 8000,
})

/** Everything the station can do, typed by the contract. */
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
