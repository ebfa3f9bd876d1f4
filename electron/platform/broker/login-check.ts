import { createHash } from 'node:crypto'
import type { Clock } from '../basics/clock.ts'
import type { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { RecentMap } from '../connections/recent-map.ts'
import type { ConnectedDevice, LoginResult } from '../devices/connected-device.ts'
import {
  createLoginFailures,
  type FailedLogins,
  type LoginFailures,
  SLOW_ANSWER_MS,
} from '../devices/login-rate-limit.ts'
import type { Connect } from '../dialects/dialect.ts'
import type { BrokerHost } from './broker.ts'

/** CONNACK return codes of a refusal (MQTT 3.1.1, table 3.1): server unavailable, bad user name or password, not authorised. */
export type ConnackRefusal = 3 | 4 | 5
export type Admission =
  | { readonly device: ConnectedDevice }
  | { readonly device: undefined; readonly refusal: ConnackRefusal }

const refused = (refusal: ConnackRefusal): Admission => ({ device: undefined, refusal })

const GUESSES_MAX = 4096

interface LoginCheckOptions {
  readonly host: BrokerHost
  readonly clock: Clock
  /** Failed logins per minute: per address for credentials that several devices share, and per address and device. */
  readonly failedLogins: number
  /** Shared counter of failed logins; default: a separate counter. */
  readonly failures?: LoginFailures | undefined
  readonly refusals: RefusalLog
  readonly faults: FaultLog
}

/**
 * Decides logins: queries the platform, counts failures, and returns only a code to the device (docs/protocols/README.md §4.6). The own
 * secret of a known device is always checked and, if correct, accepted: all devices behind one router share an address, and one wrong
 * device must not lock out the others. The limit per address applies to credentials that several devices share: names, product secrets, tokens.
 */
export class LoginCheck {
  readonly #host: BrokerHost
  readonly #clock: Clock
  readonly #addresses: FailedLogins
  /** Failed logins by device and address. */
  readonly #devices: FailedLogins
  /** Digest of the last wrong password by device and address: repeating it is not a new guess. */
  readonly #guesses = new RecentMap<string>(GUESSES_MAX)
  readonly #refusals: RefusalLog
  readonly #faults: FaultLog

  constructor({ host, clock, failedLogins, failures, refusals, faults }: LoginCheckOptions) {
    this.#host = host
    this.#clock = clock
    const { addresses, devices } = failures ?? createLoginFailures(clock, failedLogins)
    this.#addresses = addresses
    this.#devices = devices
    this.#refusals = refusals
    this.#faults = faults
  }

  async admit(connect: Connect, remoteAddress: string): Promise<Admission> {
    const barred = this.#addresses.blocked(remoteAddress)
    const tooOften = (deviceId: number) => this.#devices.blocked(`${deviceId} ${remoteAddress}`)
    try {
      const result = await this.#host.login(connect, remoteAddress, { barred, tooOften })
      if (!result.ok) return await this.#refuse(connect, remoteAddress, barred, result)
      // Checked a second time, so that parallel attempts cannot bypass the limit.
      if (result.shared && this.#addresses.blocked(remoteAddress)) return this.#bar(remoteAddress)
      return { device: result.device }
    } catch (error) {
      this.#faults.note('a login could not be decided', { err: error })
      return refused(3)
    }
  }

  /** Clears the failures of an address, so that it can log in at once. */
  forgive(remoteAddress: string): void {
    this.#addresses.forgive(remoteAddress)
  }

  async #refuse(
    { username, password }: Connect,
    remoteAddress: string,
    barred: boolean,
    { refused: why, deviceId, guessesShared }: LoginResult & { readonly ok: false },
  ): Promise<Admission> {
    const code = refused(why === 'disabled' ? 5 : 4)
    if (deviceId === undefined) {
      if (barred) return this.#bar(remoteAddress)
      this.#addresses.failed(remoteAddress)
      this.#refusals.note(`login: ${why}`, { remoteAddress }, { username })
      return code
    }
    const key = `${deviceId} ${remoteAddress}`
    const guess = createHash('sha256').update(password).digest('base64')
    const isNew = this.#guesses.get(key) !== guess
    this.#guesses.set(key, guess)
    if (guessesShared && isNew && !barred) this.#addresses.failed(remoteAddress)
    if (!this.#devices.blocked(key)) {
      this.#devices.failed(key)
      this.#refusals.note(`login: ${why}`, { remoteAddress }, { username })
      return code
    }
    this.#refusals.note('login: too many failures of this device', { remoteAddress, device: username })
    await new Promise<void>((resolve) => this.#clock.after(SLOW_ANSWER_MS, resolve))
    return code
  }

  #bar(remoteAddress: string): Admission {
    this.#refusals.note('login: too many failures from this address', { remoteAddress })
    return refused(4)
  }
}
