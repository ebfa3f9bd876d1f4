import type { Clock } from '../clock.ts'
import type { GateLimits } from './shares.ts'

/**
 * What a connection is by now: `unproven` until a request or a login is complete, `idle` while nothing is under way on it that
 * anybody would miss, `busy` while there is.
 */
export type Standing = 'unproven' | 'idle' | 'busy'

/** Why a connection was closed. */
export type Dismissal =
  | 'nothing complete in time'
  | 'too many connections that complete nothing'
  | 'no room for more connections'

/** A connection that came in. */
export interface Guest {
  /** Where it came to: `mqtt`, `https`. */
  readonly listener: string
  readonly address: string
  /** Milliseconds until something must be complete. */
  readonly withinMs: number
  close(): void
}

/** A connection's place at the gate. */
export interface Pass {
  /** False: there is no room for another one of this standing; the caller closes it. */
  become(standing: 'idle' | 'busy'): boolean
  /** It is closed. */
  left(): void
}

interface Entry {
  readonly guest: Guest
  readonly group: string
  readonly until: number
  /** Undefined once it has left. */
  standing: Standing | undefined
}

export interface GateOptions {
  readonly limits: () => GateLimits
  readonly clock: Clock
  readonly dismissed: (guest: Guest, why: Dismissal) => void
}

const SWEEP_MS = 2000

/**
 * Decides which connections stay when there are more than this process can hold. A newcomer always gets a place while there are
 * others that have completed nothing: the oldest of whoever holds more than a fair share of those goes, so that a flood of silent
 * connections pushes out its own, and a device elsewhere gets in. Whoever is busy is never closed for a newcomer.
 */
export class Gate {
  readonly #options: GateOptions
  /** The oldest first. */
  readonly #unproven = new Set<Entry>()
  /** Of one listener and address, the oldest first. */
  readonly #groups = new Map<string, Set<Entry>>()
  readonly #idle = new Set<Entry>()
  #busy = 0
  #forgetSweep: (() => void) | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  get counts(): Readonly<Record<Standing, number>> {
    return { unproven: this.#unproven.size, idle: this.#idle.size, busy: this.#busy }
  }

  /** Takes a connection in, or closes it. */
  admit(guest: Guest): Pass | undefined {
    const { connections, unproven } = this.#options.limits()
    const group = `${guest.listener} ${guest.address}`
    if (this.#unproven.size >= unproven)
      this.#dismiss(this.#superfluous(group), 'too many connections that complete nothing')
    else if (this.#unproven.size + this.#idle.size + this.#busy >= connections) {
      const [idlest] = this.#idle
      const goes = idlest ?? (this.#unproven.size > 0 ? this.#superfluous(group) : undefined)
      if (!goes) {
        guest.close()
        this.#options.dismissed(guest, 'no room for more connections')
        return undefined
      }
      this.#dismiss(goes, 'no room for more connections')
    }
    const entry: Entry = { guest, group, until: this.#options.clock.now() + guest.withinMs, standing: 'unproven' }
    this.#unproven.add(entry)
    const others = this.#groups.get(group)
    if (others) others.add(entry)
    else this.#groups.set(group, new Set([entry]))
    this.#forgetSweep ??= this.#options.clock.after(SWEEP_MS, this.#sweep)
    return { become: (standing) => this.#become(entry, standing), left: () => this.#take(entry) }
  }

  /** Looks no more for what is late. */
  stop(): void {
    this.#forgetSweep?.()
    this.#forgetSweep = undefined
  }

  /** The oldest of the newcomer's own group when that holds more than its share, else the oldest of all. */
  #superfluous(group: string): Entry | undefined {
    const own = this.#groups.get(group)
    const share = this.#unproven.size / this.#groups.size
    const [oldest] = own && own.size >= share ? own : this.#unproven
    return oldest
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
    const { standing, group } = entry
    entry.standing = undefined
    if (standing === 'busy') this.#busy -= 1
    else if (standing === 'idle') this.#idle.delete(entry)
    else if (standing === 'unproven') {
      this.#unproven.delete(entry)
      const others = this.#groups.get(group)
      others?.delete(entry)
      if (others?.size === 0) this.#groups.delete(group)
    }
  }

  readonly #sweep = (): void => {
    const now = this.#options.clock.now()
    for (const entry of [...this.#unproven]) if (entry.until <= now) this.#dismiss(entry, 'nothing complete in time')
    this.#forgetSweep = this.#unproven.size > 0 ? this.#options.clock.after(SWEEP_MS, this.#sweep) : undefined
  }
}
