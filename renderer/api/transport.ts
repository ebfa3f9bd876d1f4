import type { ClientContext, ClientLink } from '@orpc/client'

/** One open line to the station; `closed` resolves when it is gone, whoever ended it. */
export interface Transport {
  readonly link: ClientLink<ClientContext>
  readonly closed: Promise<void>
}

/** Opens a line, or throws; `RefusedError` when trying again cannot help. */
export type Connect = () => Promise<Transport>

/** The station answered and does not want us: the token is missing or wrong. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}
