import type { Clock } from '../clock.ts'
import type { Connect } from '../dialects/dialect.ts'
import type { BrokerHost, ConnectedDevice } from './broker.ts'
import { FailedLogins } from './failed-logins.ts'
import type { BrokerLogger, RefusalLog } from './refusal-log.ts'

/** CONNACK return codes of a refusal (MQTT 3.1.1, table 3.1): server unavailable, bad user name or password, not authorised. */
export type ConnackRefusal = 3 | 4 | 5
export type Admission =
  | { readonly device: ConnectedDevice }
  | { readonly device: undefined; readonly refusal: ConnackRefusal }

const refused = (refusal: ConnackRefusal): Admission => ({ device: undefined, refusal })

/** Decides logins: asks the platform, counts failures, and tells the device nothing but a code (device-protocols.md 6). */
export class LoginDesk {
  readonly #host: BrokerHost
  readonly #failures: FailedLogins
  readonly #refusals: RefusalLog
  readonly #logger: BrokerLogger

  constructor(
    host: BrokerHost,
    clock: Pick<Clock, 'now'>,
    failedLogins: number,
    refusals: RefusalLog,
    logger: BrokerLogger,
  ) {
    this.#host = host
    this.#failures = new FailedLogins(clock, failedLogins)
    this.#refusals = refusals
    this.#logger = logger
  }

  async admit(connect: Connect, remoteAddress: string): Promise<Admission> {
    if (this.#blocked(remoteAddress)) return refused(4)
    try {
      const result = await this.#host.login(connect, remoteAddress)
      // Asked again, so that tries sent side by side are not a way round the limit.
      if (this.#blocked(remoteAddress)) return refused(4)
      if (result.ok) return { device: result.device }
      this.#failures.failed(remoteAddress)
      this.#refusals.note(`login: ${result.refused}`, { remoteAddress }, { username: connect.username })
      return refused(result.refused === 'disabled' ? 5 : 4)
    } catch (error) {
      this.#logger.error({ err: error }, 'a login could not be decided')
      return refused(3)
    }
  }

  /** Lets an address try again at once. */
  forgive(remoteAddress: string): void {
    this.#failures.forgive(remoteAddress)
  }

  #blocked(remoteAddress: string): boolean {
    if (!this.#failures.blocked(remoteAddress)) return false
    this.#refusals.note('login: too many failures from this address', { remoteAddress })
    return true
  }
}
