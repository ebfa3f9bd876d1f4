import { z } from 'zod'

/**
 * The ready line of the headless station and the message to the desktop host (operator-api.md, "One platform, two
 * hosts"): every listener accepts connections now. Addresses are null where that listener is switched off.
 */
export const ReadyInfo = z.object({
  event: z.literal('ready'),
  version: z.string(),
  /** Address of the screen, token included. */
  ui: z.url(),
  api: z.url(),
  token: z.string().min(1),
  /** Where devices connect; with `--broker` that broker's address, without credentials. */
  mqtt: z.url(),
  mqtts: z.url().nullable(),
  http: z.url(),
  https: z.url().nullable(),
  /** Data directory, absolute. */
  data: z.string().min(1),
  /** Milliseconds from process start to ready. */
  ms: z.number().int().nonnegative(),
})
export type ReadyInfo = z.infer<typeof ReadyInfo>

/** The option a listener's port comes from. */
export type PortOption = '--mqtt-port' | '--mqtts-port' | '--http-port' | '--https-port' | '--ui-port'

/** A listener as its options describe it. `host` is the address it was asked to listen on. */
export interface ListenAddress {
  readonly option: PortOption
  readonly host: string
  readonly port: number
}

const listenCodes = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'] as const
export type ListenErrorCode = (typeof listenCodes)[number]

/** A listener could not be opened. The message says which, why and what to do; the process ends with exit code 1. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: ListenErrorCode
  readonly option: PortOption
  readonly host: string
  readonly port: number

  constructor(code: ListenErrorCode, { option, host, port }: ListenAddress, options?: ErrorOptions) {
    super(describe(code, { option, host, port }), options)
    this.code = code
    this.option = option
    this.host = host
    this.port = port
  }
}

/** Turns the system's error of `listen()` into a ListenError; any other error comes back as it is. */
export const asListenError = (error: unknown, address: ListenAddress): unknown => {
  if (!(error instanceof Error) || !('code' in error)) return error
  const code = listenCodes.find((known) => known === error.code)
  return code ? new ListenError(code, address, { cause: error }) : error
}

const describe = (code: ListenErrorCode, { option, host, port }: ListenAddress): string => {
  const hostOption = option === '--ui-port' ? '--ui-host' : '--host'
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use by another program; choose another with ${option} (0 takes a free one)`
    case 'EACCES':
      // capabilities(7) CAP_NET_BIND_SERVICE; ip(7) ip_unprivileged_port_start
      return (
        `no permission to listen on port ${port} (${option}) of ${host}; choose a port from 1024 up, or on Linux lower ` +
        `the limit: sysctl net.ipv4.ip_unprivileged_port_start=${port}, or run it under authbind, or grant the right ` +
        'once: setcap cap_net_bind_service=+ep PATH_OF_NODE'
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; choose another with ${hostOption}`
  }
}
