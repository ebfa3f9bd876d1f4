import type { Clock } from '../clock.ts'
import { RecentMap } from './recent-map.ts'

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
