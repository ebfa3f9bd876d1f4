/** The data that the platform keeps of a device connection. */
export interface Session {
  readonly deviceId: number
  readonly productId: number
  readonly connectedAt: number
  /** Whether the device has subscribed to its notice topic. */
  listening: boolean
  /** Modules whose version it has reported since it connected. */
  readonly reported: string[]
}

/** Milliseconds that a device without a connection counts as online after each HTTP request. */
export const HEARD_MS = 120_000

/**
 * Online devices, in memory: connected, or seen recently over HTTP. A restart of the station ends every session, so nothing is stored.
 */
export class Presence {
  readonly #sessions = new Map<number, Session>()
  readonly #heard = new Map<number, { readonly productId: number; at: number }>()
  readonly #online = new Map<number, number>()

  /** A device connected; its previous session, if any, is replaced. */
  enter(deviceId: number, productId: number, now: number): Session {
    if (!this.isOnline(deviceId)) this.#count(productId, 1)
    const session: Session = { deviceId, productId, connectedAt: now, listening: false, reported: [] }
    this.#sessions.set(deviceId, session)
    return session
  }

  /** Removes a session; returns whether there was one. */
  leave(deviceId: number): boolean {
    const session = this.#sessions.get(deviceId)
    if (!session) return false
    this.#sessions.delete(deviceId)
    if (!this.isOnline(deviceId)) this.#count(session.productId, -1)
    return true
  }

  /** A device sent an HTTP request. @returns whether it was offline before. */
  heard(deviceId: number, productId: number, now: number): boolean {
    const arrived = !this.isOnline(deviceId)
    if (arrived) this.#count(productId, 1)
    // Inserted again at the end, because the map is ordered by time.
    this.#heard.delete(deviceId)
    this.#heard.set(deviceId, { productId, at: now })
    return arrived
  }

  /** Removes devices last seen at or before that time; returns for each whether it is still connected. */
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

  /** Number of online devices, of one product or in total. */
  count(productId?: number): number {
    return productId === undefined
      ? this.#online.values().reduce((sum, online) => sum + online, 0)
      : (this.#online.get(productId) ?? 0)
  }

  /** Ids of all online devices. */
  ids(): number[] {
    return this.#heard.size === 0
      ? [...this.#sessions.keys()]
      : [...new Set([...this.#sessions.keys(), ...this.#heard.keys()])]
  }

  /** Ids of the devices that have subscribed to notices. */
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
