import type { Clock } from '../basics/clock.ts'
import { RecentMap } from '../connections/recent-map.ts'

const WINDOW_MS = 60_000
const KEYS_MAX = 4096

/** Counts failed logins of the last minute by address, or by address and device (docs/protocols/README.md §4.7: at most 10). */
export class FailedLogins {
  readonly #clock: Pick<Clock, 'now'>
  readonly #limit: number
  /** Times of the last failures by key, oldest first; never more than the limit. */
  readonly #failures = new RecentMap<readonly number[]>(KEYS_MAX)

  constructor(clock: Pick<Clock, 'now'>, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Whether the limit is reached. */
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
    // Times in the future were recorded before the clock was set back.
    const recent = failures.filter((at) => at > now - WINDOW_MS && at <= now)
    if (recent.length === 0) this.#failures.delete(key)
    return recent
  }
}

/** Failed logins of devices over all transports. */
export interface LoginFailures {
  /** Failures that name no known device, by address. */
  readonly addresses: FailedLogins
  /** Failures of known devices, by device and address: `{deviceId} {address}`. */
  readonly devices: FailedLogins
}

/** Milliseconds by which the answer is delayed after too many wrong secrets for one device from one address. */
export const SLOW_ANSWER_MS = 1000

/** @param limit failures per minute, per address and per address and device. */
export const createLoginFailures = (clock: Pick<Clock, 'now'>, limit: number): LoginFailures => ({
  addresses: new FailedLogins(clock, limit),
  devices: new FailedLogins(clock, limit),
})
