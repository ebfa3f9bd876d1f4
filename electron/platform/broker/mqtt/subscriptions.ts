import { hasWildcard, matchesTopic } from '../../dialects/topic-filters.ts'

interface Subscription {
  readonly qos: number
  /** Subscription identifier (MQTT 5.0, 3.8.2.1.2). */
  readonly id: number | undefined
}

/** How a message reaches a client by its subscriptions. */
export interface Match {
  readonly qos: number
  readonly ids: readonly number[]
}

/** The granted subscriptions of one client. Pure. */
export class Subscriptions {
  readonly #byFilter = new Map<string, Subscription>()

  get size(): number {
    return this.#byFilter.size
  }

  has(filter: string): boolean {
    return this.#byFilter.has(filter)
  }

  /** A second subscription with the same filter replaces the first (MQTT-3.8.4-3). */
  add(filter: string, qos: number, id: number | undefined): void {
    this.#byFilter.set(filter, { qos, id })
  }

  delete(filter: string): boolean {
    return this.#byFilter.delete(filter)
  }

  /** The highest QoS of the filters that cover a topic, and the identifiers of all of them (MQTT-3.3.4-2, MQTT-3.3.4-4). */
  match(topic: string): Match | undefined {
    let found: { qos: number; ids: number[] } | undefined
    for (const [filter, { qos, id }] of this.#byFilter) {
      if (filter !== topic && !(hasWildcard(filter) && matchesTopic(filter, topic))) continue
      found ??= { qos, ids: [] }
      found.qos = Math.max(found.qos, qos)
      if (id !== undefined) found.ids.push(id)
    }
    return found
  }
}
