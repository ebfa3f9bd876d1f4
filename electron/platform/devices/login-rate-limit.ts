import type { Clock } from '../basics/clock.ts'
import { RecentMap } from '../connections/recent-map.ts'

const WINDOW_MS = 60_000
const KEYS_MAX = 4096

/** Counts failed logins over the last minute, by an address or an address and a device (docs/protocols/README.md §4.7: at most 10). Successful ones cost nothing. */
export class FailedLogins {
  readonly #clock: Pick<Clock, 'now'>
  readonly #limit: number
  /** When the last failures of a key were, oldest first; never more than the limit. */
  readonly #failures = new RecentMap<readonly number[]>(KEYS_MAX)

  constructor(clock: Pick<Clock, 'now'>, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Whether the tries are used up. */
  blocked(key: string): boolean {
    return this.#recent(key).length >= this.#limit
  }

  failed(key: string): void {
    this.#failures.set(key, [...this.#recent(key), this.#clock.now()].slice(-this.#limit))
  }

  forgive(key: string): void {
    this.#failures.delete(key)
  }

  #recent(key: string): readonly number[] {
    const failures = this.#failures.get(key)
    if (!failures) return []
    const now = this.#clock.now()
    // Those of a time to come were noted before the clock was set back.
    const recent = failures.filter((at) => at > now - WINDOW_MS && at <= now)
    if (recent.length === 0) this.#failures.delete(key)
    return recent
  }
}

/** Failed proofs of who one is, over every carrier of devices' calls. */
export interface LoginFailures {
  /** Of those that name no known device. */
  readonly addresses: FailedLogins
  /** Of known devices, by device and address: `{deviceId} {address}`. */
  readonly devices: FailedLogins
}

/** Milliseconds that the answer to a wrong secret takes, once there were too many for one device from one address. */
export const SLOW_ANSWER_MS = 1000

/** @param limit failures a minute, of an address and of an address for each device. */
export const createLoginFailures = (clock: Pick<Clock, 'now'>, limit: number): LoginFailures => ({
  addresses: new FailedLogins(clock, limit),
  devices: new FailedLogins(clock, limit),
})
