import { type TopicSet, topicSet } from './topic-filters.ts'

/** The topics that concern a device, as topic filters (MQTT 3.1.1, 4.7). */
export interface TopicNames {
  /** The device's own topics, with the name at the position that the vendor defines. */
  readonly own: readonly string[]
  /** The device's own topics outside the vendor's families: any other topic that contains its name. */
  readonly elsewhere?: readonly string[]
  /** The vendor's families, of all devices: there a name counts only at its position, so that a device named `ota` gains no extra topics. */
  readonly families?: readonly string[]
  /** Topics of the vendor's families that name no device, or the children of a gateway: a device may publish there. */
  readonly tolerated?: readonly string[]
  /** The OTA topics of all devices: no other device may publish there. */
  readonly ota?: readonly string[]
}

/** Rights of a device on topics that its dialect does not read. */
export interface TopicRights {
  /** Whether a filter covers only topics of the device itself: it may then subscribe, with any wildcards. */
  owns(filter: string): boolean
  /** Whether a publish there is accepted and ignored; otherwise the topic is foreign. */
  tolerates(topic: string): boolean
}

const none: TopicSet = topicSet([])

/** Parses the filters once per connection, because telemetry is frequent. */
export const topicRights = (names: TopicNames): TopicRights => {
  const setOf = (filters: readonly string[] | undefined) => (filters ? topicSet(filters) : none)
  const [own, elsewhere, families] = [setOf(names.own), setOf(names.elsewhere), setOf(names.families)]
  const [tolerated, ota] = [setOf(names.tolerated), setOf(names.ota)]
  const owns = (filter: string) => own.holds(filter) || (elsewhere.holds(filter) && !families.meets(filter))
  return { owns, tolerates: (topic) => owns(topic) || (tolerated.has(topic) && !ota.has(topic)) }
}

/** Maximum number of levels before a name: `/ext/rrpc/{message}//{key}/{name}/…` has five. */
const AHEAD_MAX = 5

/** Filters for a sequence of levels with some levels before it and any levels after it. */
export const anywhere = (...levels: readonly string[]): string[] =>
  Array.from({ length: AHEAD_MAX + 1 }, (_, ahead) => `${'+/'.repeat(ahead)}${levels.join('/')}/#`)

/** The filters without and with a leading slash. */
export const withAndWithoutSlash = (filters: readonly string[]): string[] =>
  filters.flatMap((filter) => [`/${filter}`, filter])
