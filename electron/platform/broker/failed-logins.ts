import type { Clock } from '../clock.ts'
import { RecentMap } from './recent.ts'

const WINDOW_MS = 60_000
const ADDRESSES_MAX = 4096

/** Counts failed logins by address over the last minute (device-protocols.md 6: at most 10). Successful ones cost nothing. */
export class FailedLogins {
  readonly #clock: Pick<Clock, 'now'>
  readonly #limit: number
  /** When the last failures of an address were, oldest first; never more than the limit. */
  readonly #failures = new RecentMap<readonly number[]>(ADDRESSES_MAX)

  constructor(clock: Pick<Clock, 'now'>, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Whether the address has used up its tries. */
  blocked(address: string): boolean {
    return this.#recent(address).length >= this.#limit
  }

  failed(address: string): void {
    this.#failures.set(address, [...this.#recent(address), this.#clock.now()].slice(-this.#limit))
  }

  forgive(address: string): void {
    this.#failures.delete(address)
  }

  #recent(address: string): readonly number[] {
    const failures = this.#failures.get(address)
    if (!failures) return []
    const since = this.#clock.now() - WINDOW_MS
    const recent = failures.filter((at) => at > since)
    if (recent.length === 0) this.#failures.delete(address)
    return recent
  }
}
