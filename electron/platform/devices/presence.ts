/** One connection of a device, as far as the platform cares. */
export interface Session {
  readonly deviceId: number
  readonly productId: number
  readonly connectedAt: number
  /** It has subscribed to its notice topic. */
  listening: boolean
  /** It has reported a version since it connected. */
  reported: boolean
}

/**
 * Who is connected, in memory: a restart of the station ends every session, so there is nothing to keep.
 */
export class Presence {
  readonly #sessions = new Map<number, Session>()
  readonly #online = new Map<number, number>()

  /** A device connected; a session it still had is replaced. */
  enter(deviceId: number, productId: number, now: number): Session {
    if (!this.#sessions.has(deviceId)) this.#count(productId, 1)
    const session: Session = { deviceId, productId, connectedAt: now, listening: false, reported: false }
    this.#sessions.set(deviceId, session)
    return session
  }

  /** Whether it had been here. */
  leave(deviceId: number): boolean {
    const session = this.#sessions.get(deviceId)
    if (!session) return false
    this.#sessions.delete(deviceId)
    this.#count(session.productId, -1)
    return true
  }

  of(deviceId: number): Session | undefined {
    return this.#sessions.get(deviceId)
  }

  isOnline(deviceId: number): boolean {
    return this.#sessions.has(deviceId)
  }

  /** Devices connected, of one product or in all. */
  count(productId?: number): number {
    return productId === undefined ? this.#sessions.size : (this.#online.get(productId) ?? 0)
  }

  /** Ids of every connected device. */
  ids(): number[] {
    return [...this.#sessions.keys()]
  }

  #count(productId: number, by: number): void {
    this.#online.set(productId, (this.#online.get(productId) ?? 0) + by)
  }
}
