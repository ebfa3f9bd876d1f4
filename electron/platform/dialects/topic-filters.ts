/**
 * Topic filters as sets of topics (MQTT 3.1.1, 4.7): matching, inclusion and intersection. Pure; expects valid filters, which the
 * broker's parser guarantees.
 */

type Levels = readonly string[]

const levelsOf = (filter: string): Levels => filter.split('/')

/** A wildcard on the first level does not match a level that begins with `$` (MQTT-4.7.2-1). */
const wildcardTakes = (level: string | undefined, position: number): boolean =>
  position > 0 || level === undefined || !level.startsWith('$')

/** Whether `outer` contains each topic of `inner`, which has no `#`. Only `+` covers a level `+`, because the set of names is infinite. */
const covers = (outer: Levels, inner: Levels): boolean => {
  for (const [position, level] of outer.entries()) {
    if (level === '#') return wildcardTakes(inner[position], position)
    if (position >= inner.length) return false
    if (level === '+' ? !wildcardTakes(inner[position], position) : level !== inner[position]) return false
  }
  return outer.length === inner.length
}

const overlap = (one: Levels, other: Levels, position = 0): boolean => {
  const [a, b] = [one[position], other[position]]
  if (a === '#') return wildcardTakes(b, position)
  if (b === '#') return wildcardTakes(a, position)
  if (a === undefined || b === undefined) return a === b
  const same = a === '+' ? wildcardTakes(b, position) : b === '+' ? wildcardTakes(a, position) : a === b
  return same && overlap(one, other, position + 1)
}

/** Filters without `#` whose union equals the filter, as far as filters of up to `depth` levels can distinguish. */
const withoutHash = (filter: Levels, depth: number): Levels[] => {
  if (filter.at(-1) !== '#') return [filter]
  const parent = filter.slice(0, -1)
  const shapes: Levels[] = parent.length > 0 ? [parent] : []
  // Below the deepest other filter only its `#` matters, so one additional level represents all.
  for (let more = 1; parent.length + more <= Math.max(parent.length + 1, depth + 1); more++)
    shapes.push([...parent, ...Array<string>(more).fill('+')])
  return shapes
}

/** The union of the topics of several filters. */
export interface TopicSet {
  /** Whether the set contains the topic. */
  has(topic: string): boolean
  /** Whether the set contains every topic that the filter covers. */
  holds(filter: string): boolean
  /** Whether the filter covers any topic of the set. */
  meets(filter: string): boolean
}

/** Parses the filters once for many queries. */
export const topicSet = (filters: readonly string[]): TopicSet => {
  const all = filters.map(levelsOf)
  const depth = Math.max(0, ...all.map(({ length }) => length))
  const has = (levels: Levels) => all.some((outer) => covers(outer, levels))
  return {
    has: (topic) => has(levelsOf(topic)),
    holds: (filter) => withoutHash(levelsOf(filter), depth).every(has),
    meets: (filter) => all.some((own) => overlap(own, levelsOf(filter))),
  }
}

/** Whether a filter covers a topic. */
export const matchesTopic = (filter: string, topic: string): boolean => covers(levelsOf(filter), levelsOf(topic))

/** Whether a filter contains a wildcard. */
export const hasWildcard = (filter: string): boolean => /(?:^|\/)[+#](?:\/|$)/.test(filter)
