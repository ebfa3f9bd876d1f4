import { z } from 'zod'
import type { StartFailureCode } from '#shared/start-failures.ts'
import { StartFailure } from '../platform/basics/start-failure.ts'

/**
 * The ready line of the headless station and the message to the desktop host (docs/operator-api.md
 * §3.1): every listener accepts connections now. Addresses are null where that listener is switched off.
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

/** The option that sets a listener's port. */
type PortOption = '--mqtt-port' | '--mqtts-port' | '--http-port' | '--https-port' | '--ui-port'

/** A listener as its options describe it. `host` is the requested listen address. */
export interface ListenAddress {
  readonly option: PortOption
  readonly host: string
  readonly port: number
}

const listenFailures: Readonly<Record<string, StartFailureCode>> = {
  EADDRINUSE: 'PORT_IN_USE',
  EACCES: 'PORT_FORBIDDEN',
  EADDRNOTAVAIL: 'ADDRESS_UNKNOWN',
  ENOTFOUND: 'ADDRESS_UNKNOWN',
}

/** Turns the system's error of `listen()` into a start failure with port and option; returns any other error unchanged. */
export const asListenFailure = (error: unknown, { option, host, port }: ListenAddress): unknown => {
  const code = error instanceof Error && 'code' in error ? listenFailures[String(error.code)] : undefined
  if (!code) return error
  const hostOption = option === '--ui-port' ? '--ui-host' : '--host'
  return new StartFailure(code, { option, host, port, hostOption }, { cause: error })
}
