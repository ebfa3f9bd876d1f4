/** One connection of a device, as far as the platform cares. */
export interface Session {
  readonly deviceId: number
  readonly productId: number
  readonly connectedAt: number
  /** It has subscribed to its notice topic. */
  listening: boolean
  /** Modules whose version it has reported since it connected. */
  readonly reported: string[]
}

/** Milliseconds for which a device that asks over HTTP, and holds no connection, counts as online after each request. */
export const HEARD_MS = 120_000

/**
 * Who is online, in memory: connected, or heard of lately. A restart of the station ends every session, so there is nothing to keep.
 */
export class Presence {
  readonly #sessions = new Map<number, Session>()
  readonly #heard = new Map<number, { readonly productId: number; at: number }>()
  readonly #online = new Map<number, number>()

  /** A device connected; a session it still had is replaced. */
  enter(deviceId: number, productId: number, now: number): Session {
    if (!this.isOnline(deviceId)) this.#count(productId, 1)
    const session: Session = { deviceId, productId, connectedAt: now, listening: false, reported: [] }
    this.#sessions.set(deviceId, session)
    return session
  }

  /** Whether it had been here. */
  leave(deviceId: number): boolean {
    const session = this.#sessions.get(deviceId)
    if (!session) return false
    this.#sessions.delete(deviceId)
    if (!this.isOnline(deviceId)) this.#count(session.productId, -1)
    return true
  }

  /** A device was here without a connection. @returns whether it was not online before. */
  heard(deviceId: number, productId: number, now: number): boolean {
    const arrived = !this.isOnline(deviceId)
    if (arrived) this.#count(productId, 1)
    // Put at the end again: the map is in the order of their hours.
    this.#heard.delete(deviceId)
    this.#heard.set(deviceId, { productId, at: now })
    return arrived
  }

  /** Forgets those last heard of at or before that time; tells which are still connected. */
  forgetHeard(until: number): { deviceId: number; online: boolean }[] {
    const forgotten: { deviceId: number; online: boolean }[] = []
    for (const [deviceId, { productId, at }] of this.#heard) {
      if (at > until) break
      this.#heard.delete(deviceId)
      const online = this.isOnline(deviceId)
      if (!online) this.#count(productId, -1)
      forgotten.push({ deviceId, online })
    }
    return forgotten
  }

  /** A device or its product was deleted. */
  forget(deviceId: number): void {
    const heard = this.#heard.get(deviceId)
    this.#heard.delete(deviceId)
    if (heard && !this.isOnline(deviceId)) this.#count(heard.productId, -1)
  }

  of(deviceId: number): Session | undefined {
    return this.#sessions.get(deviceId)
  }

  /** The product of a device that is online. */
  productOf(deviceId: number): number | undefined {
    return (this.#sessions.get(deviceId) ?? this.#heard.get(deviceId))?.productId
  }

  isOnline(deviceId: number): boolean {
    return this.#sessions.has(deviceId) || this.#heard.has(deviceId)
  }

  /** Devices online, of one product or in all. */
  count(productId?: number): number {
    return productId === undefined
      ? this.#online.values().reduce((sum, online) => sum + online, 0)
      : (this.#online.get(productId) ?? 0)
  }

  /** Ids of every device that is online. */
  ids(): number[] {
    return this.#heard.size === 0
      ? [...this.#sessions.keys()]
      : [...new Set([...this.#sessions.keys(), ...this.#heard.keys()])]
  }

  /** Ids of the devices that wait for notices. */
  listeningIds(): number[] {
    return [
      ...this.#sessions
        .values()
        .filter((session) => session.listening)
        .map(({ deviceId }) => deviceId),
    ]
  }

  #count(productId: number, by: number): void {
    this.#online.set(productId, (this.#online.get(productId) ?? 0) + by)
  }
}
