import { type TopicSet, topicSet } from './topic-filters.ts'

/** What of all topics concerns a device, as topic filters (MQTT 3.1.1, 4.7). */
export interface TopicNames {
  /** Its own, where the vendor gives names their places. */
  readonly own: readonly string[]
  /** Its own beyond the vendor's families: whatever else carries its name. */
  readonly elsewhere?: readonly string[]
  /** The vendor's families, whoever's: in them a name counts in its place alone, so that a device called `ota` owns nothing by it. */
  readonly families?: readonly string[]
  /** Of the vendor's families what names nobody, or a gateway's children: a device may publish there. */
  readonly tolerated?: readonly string[]
  /** What upgrades pass over, whoever's: nobody else may publish there. */
  readonly ota?: readonly string[]
}

/** What a device may do with topics that its dialect does not read. */
export interface TopicRights {
  /** Whether all that a filter covers is the device's own: it may subscribe to it, whatever wildcards it has. */
  owns(filter: string): boolean
  /** Whether what it publishes there is taken and ignored; otherwise the topic is another's. */
  tolerates(topic: string): boolean
}

const none: TopicSet = topicSet([])

/** Taken apart once for each connection, as telemetry comes all day. */
export const topicRights = (names: TopicNames): TopicRights => {
  const setOf = (filters: readonly string[] | undefined) => (filters ? topicSet(filters) : none)
  const [own, elsewhere, families] = [setOf(names.own), setOf(names.elsewhere), setOf(names.families)]
  const [tolerated, ota] = [setOf(names.tolerated), setOf(names.ota)]
  const owns = (filter: string) => own.holds(filter) || (elsewhere.holds(filter) && !families.meets(filter))
  return { owns, tolerates: (topic) => owns(topic) || (tolerated.has(topic) && !ota.has(topic)) }
}

/** Levels that may stand ahead of a name: `/ext/rrpc/{message}//{key}/{name}/…` has five. */
const AHEAD_MAX = 5

/** Filters for a sequence of levels with some levels ahead of it, and anything behind. */
export const anywhere = (...levels: readonly string[]): string[] =>
  Array.from({ length: AHEAD_MAX + 1 }, (_, ahead) => `${'+/'.repeat(ahead)}${levels.join('/')}/#`)

/** The same filters, and with a leading slash. */
export const withAndWithoutSlash = (filters: readonly string[]): string[] =>
  filters.flatMap((filter) => [`/${filter}`, filter])
