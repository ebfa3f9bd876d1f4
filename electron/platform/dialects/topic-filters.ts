/**
 * Topic filters as sets of topics (MQTT 3.1.1, 4.7): what they match, what lies within them, whether two have a topic in
 * common. Pure; of filters in their lawful form, which the broker's parser sees to.
 */

type Levels = readonly string[]

const levelsOf = (filter: string): Levels => filter.split('/')

/** A wildcard on the first level stands for no level that begins with `$` (MQTT-4.7.2-1). */
const wildcardTakes = (level: string | undefined, position: number): boolean =>
  position > 0 || level === undefined || !level.startsWith('$')

/** Whether each topic of `inner`, which has no `#`, is one of `outer`. A level `+` within is taken by `+` alone: names are without number. */
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

/** Filters without `#` that are together what the filter is, as far as filters of up to `depth` levels can tell. */
const withoutHash = (filter: Levels, depth: number): Levels[] => {
  if (filter.at(-1) !== '#') return [filter]
  const parent = filter.slice(0, -1)
  const shapes: Levels[] = parent.length > 0 ? [parent] : []
  // Beyond the deepest of the others only their `#` counts, so one level more stands for all.
  for (let more = 1; parent.length + more <= Math.max(parent.length + 1, depth + 1); more++)
    shapes.push([...parent, ...Array<string>(more).fill('+')])
  return shapes
}

/** The topics of several filters together. */
export interface TopicSet {
  /** Whether the topic is one of them. */
  has(topic: string): boolean
  /** Whether every topic that the filter covers is one of them. */
  holds(filter: string): boolean
  /** Whether the filter covers any of them. */
  meets(filter: string): boolean
}

/** Filters taken apart once, to be asked often. */
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

/** Whether a filter is more than the one topic that it spells. */
export const hasWildcard = (filter: string): boolean => /(?:^|\/)[+#](?:\/|$)/.test(filter)
