import type { Clock } from '../basics/clock.ts'
import { ConnectionGroups } from './connection-groups.ts'
import type { GateLimits } from './connection-limits.ts'

/**
 * State of a connection: `unproven` until a request or a login is complete; `greeted` in between, once a complete ClientHello has started
 * a TLS handshake; `idle` while no work is in progress on it; `busy` while work is in progress.
 */
type AdmissionState = 'unproven' | 'greeted' | 'idle' | 'busy'

/** Why a connection was closed. */
export type Dismissal =
  | 'nothing complete in time'
  | 'too many connections that complete nothing'
  | 'no room for more connections'

/** An accepted connection. */
export interface PendingConnection {
  /** The listener that accepted it: `mqtt`, `https`. */
  readonly listener: string
  readonly address: string
  /** Milliseconds until a request or a login must be complete. */
  readonly withinMs: number
  close(): void
}

/** The admission slot of a connection. */
export interface Pass {
  /** The connection has sent a complete first message and continues its handshake. */
  greeted(): void
  /** Returns false when there is no room for another connection in this state; the caller closes it. */
  become(standing: 'idle' | 'busy'): boolean
  /** The connection is closed. */
  left(): void
}

interface Entry {
  readonly guest: PendingConnection
  readonly group: string
  readonly until: number
  /** Undefined once the connection is closed. */
  standing: AdmissionState | undefined
}

interface GateOptions {
  readonly limits: () => GateLimits
  readonly clock: Clock
  readonly dismissed: (guest: PendingConnection, why: Dismissal) => void
}

const SWEEP_MS = 2000

/** Share of the places for unproven connections that greeted connections may hold. */
const GREETED_PART = 1 / 2

/**
 * Decides which connections stay when there are more than this process can hold. A new connection always gets a place while others are
 * unproven: the gate closes the oldest one of the group that holds more than its fair share, so that a flood of silent connections
 * displaces its own, and devices at other addresses still connect. A greeted connection is displaced only by another greeted one: a
 * handshake takes several round trips, in which a flood from the same address would displace it. A busy connection is never displaced.
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

  /** Admits a connection, or closes it. */
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

  /** Stops checking time limits. */
  stop(): void {
    this.#forgetSweep?.()
    this.#forgetSweep = undefined
  }

  get #proveNothing(): number {
    return this.#silent.size + this.#greeted.size
  }

  /** Connections without a complete first message are closed first. */
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
