import type { ClientContext, ClientLink } from '@orpc/client'

/** One open connection to the station; `closed` resolves when it has closed, whichever side closed it. */
export interface Transport {
  readonly link: ClientLink<ClientContext>
  readonly closed: Promise<void>
}

/** Opens a connection, or throws; `RefusedError` when another try cannot help. */
export type Connect = () => Promise<Transport>

/** The station refused the connection: the token is missing or wrong. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}
