import type { Clock } from '../basics/clock.ts'
import { ConnectionGroups } from './connection-groups.ts'
import type { GateLimits } from './connection-limits.ts'

/**
 * What a connection is by now: `unproven` until a request or a login is complete, `greeted` in between where a TLS handshake has begun with
 * a whole ClientHello, `idle` while nothing is under way on it that anybody would miss, `busy` while there is.
 */
export type AdmissionState = 'unproven' | 'greeted' | 'idle' | 'busy'

/** Why a connection was closed. */
export type Dismissal =
  | 'nothing complete in time'
  | 'too many connections that complete nothing'
  | 'no room for more connections'

/** A connection that came in. */
export interface PendingConnection {
  /** Where it came to: `mqtt`, `https`. */
  readonly listener: string
  readonly address: string
  /** Milliseconds until something must be complete. */
  readonly withinMs: number
  close(): void
}

/** A connection's place at the gate. */
export interface Pass {
  /** It has said something whole, and is proving itself. */
  greeted(): void
  /** False: there is no room for another one of this standing; the caller closes it. */
  become(standing: 'idle' | 'busy'): boolean
  /** It is closed. */
  left(): void
}

interface Entry {
  readonly guest: PendingConnection
  readonly group: string
  readonly until: number
  /** Undefined once it has left. */
  standing: AdmissionState | undefined
}

export interface GateOptions {
  readonly limits: () => GateLimits
  readonly clock: Clock
  readonly dismissed: (guest: PendingConnection, why: Dismissal) => void
}

const SWEEP_MS = 2000

/** Of the places for those that have proved nothing: these may be held by such as have greeted. */
const GREETED_PART = 1 / 2

/**
 * Decides which connections stay when there are more than this process can hold. A newcomer always gets a place while there are
 * others that have completed nothing: the oldest of whoever holds more than a fair share of those goes, so that a flood of silent
 * connections pushes out its own, and a device elsewhere gets in. One that has greeted goes only for another that has: a handshake takes several
 * round trips, in which a flood from the same address would push it out. Whoever is busy is never closed for a newcomer.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #silent = new ConnectionGroups<Entry>()
  readonly #greeted = new ConnectionGroups<Entry>()
  readonly #idle = new Set<Entry>()
  #busy = 0
  #forgetSweep: (() => void) | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  get counts(): Readonly<Record<AdmissionState, number>> {
    return { unproven: this.#silent.size, greeted: this.#greeted.size, idle: this.#idle.size, busy: this.#busy }
  }

  /** Takes a connection in, or closes it. */
  admit(guest: PendingConnection): Pass | undefined {
    const { connections, unproven } = this.#options.limits()
    const group = `${guest.listener} ${guest.address}`
    if (this.#proveNothing >= unproven)
      this.#dismiss(this.#superfluous(group), 'too many connections that complete nothing')
    else if (this.#proveNothing + this.#idle.size + this.#busy >= connections) {
      const [idlest] = this.#idle
      const goes = idlest ?? this.#superfluous(group)
      if (!goes) {
        guest.close()
        this.#options.dismissed(guest, 'no room for more connections')
        return undefined
      }
      this.#dismiss(goes, 'no room for more connections')
    }
    const entry: Entry = { guest, group, until: this.#options.clock.now() + guest.withinMs, standing: 'unproven' }
    this.#silent.add(entry)
    this.#forgetSweep ??= this.#options.clock.after(SWEEP_MS, this.#sweep)
    return {
      greeted: () => this.#greet(entry),
      become: (standing) => this.#become(entry, standing),
      left: () => this.#take(entry),
    }
  }

  /** Looks no more for what is late. */
  stop(): void {
    this.#forgetSweep?.()
    this.#forgetSweep = undefined
  }

  get #proveNothing(): number {
    return this.#silent.size + this.#greeted.size
  }

  /** Who has said nothing whole goes first. */
  #superfluous(group: string): Entry | undefined {
    return (this.#silent.size > 0 ? this.#silent : this.#greeted).superfluous(group)
  }

  #greet(entry: Entry): void {
    if (entry.standing !== 'unproven') return
    const room = Math.max(1, Math.floor(this.#options.limits().unproven * GREETED_PART))
    if (this.#greeted.size >= room)
      this.#dismiss(this.#greeted.superfluous(entry.group), 'too many connections that complete nothing')
    this.#silent.delete(entry)
    entry.standing = 'greeted'
    this.#greeted.add(entry)
  }

  #become(entry: Entry, standing: 'idle' | 'busy'): boolean {
    if (entry.standing === standing) return true
    if (entry.standing === undefined) return false
    if (standing === 'busy') {
      const { connections, keptFree } = this.#options.limits()
      if (this.#busy >= connections - keptFree) return false
    }
    this.#take(entry)
    entry.standing = standing
    if (standing === 'idle') this.#idle.add(entry)
    else this.#busy += 1
    return true
  }

  #dismiss(entry: Entry | undefined, why: Dismissal): void {
    if (!entry) return
    this.#take(entry)
    entry.guest.close()
    this.#options.dismissed(entry.guest, why)
  }

  #take(entry: Entry): void {
    const { standing } = entry
    entry.standing = undefined
    if (standing === 'busy') this.#busy -= 1
    else if (standing === 'idle') this.#idle.delete(entry)
    else if (standing === 'greeted') this.#greeted.delete(entry)
    else if (standing === 'unproven') this.#silent.delete(entry)
  }

  readonly #sweep = (): void => {
    const now = this.#options.clock.now()
    for (const entry of [...this.#silent, ...this.#greeted])
      if (entry.until <= now) this.#dismiss(entry, 'nothing complete in time')
    this.#forgetSweep = this.#proveNothing > 0 ? this.#options.clock.after(SWEEP_MS, this.#sweep) : undefined
  }
}
