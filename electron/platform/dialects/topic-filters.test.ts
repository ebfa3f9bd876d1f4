import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasWildcard, matchesTopic, topicSet } from './topic-filters.ts'

/** The rules of the standard, level by level: the reference for all other results. */
const standard = (filter: string): ((topic: string) => boolean) => {
  const pattern = filter
    .split('/')
    .map((level) => (level === '+' ? '[^/]*' : level.replace(/[$]/g, '\\$')))
    .join('/')
    .replace(/\/#$/, '(?:/.*)?')
    .replace(/^#$/, '.*')
  const whole = new RegExp(`^${pattern}$`)
  const hidden = /^[+#]/.test(filter) ? '$' : '\n'
  return (topic) => !topic.startsWith(hidden) && whole.test(topic)
}

/** Level names for all topics of up to five levels: names that filters use, one that none uses, and the empty one. */
const names = ['a', 'b', '$s', '', 'z']
const topicsOf = (levels: number): string[] =>
  levels === 1 ? names : topicsOf(levels - 1).flatMap((topic) => names.map((name) => `${topic}/${name}`))
const topics = [1, 2, 3, 4, 5].flatMap(topicsOf)

const Level = fc.constantFrom('a', 'b', '$s', '', '+')
const Filter = fc
  .tuple(fc.array(Level, { maxLength: 3 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'))
  .filter((filter) => filter !== '')

describe('a topic filter', () => {
  test.each([
    ['a/+/c', 'a/b/c', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['/+', '/a', true],
    ['+', '/a', false],
    ['+/+', '/a', true],
  ])('%s covers %s: %s', (filter, topic, covered) => {
    expect(matchesTopic(filter, topic)).toBe(covered)
  })

  test('covers what the standard says, whatever the topic', () => {
    fc.assert(
      fc.property(Filter, (filter) => {
        expect(topics.filter((topic) => matchesTopic(filter, topic))).toEqual(topics.filter(standard(filter)))
      }),
      { numRuns: 200 },
    )
  })

  test('has a wildcard only where a whole level is one', () => {
    expect(['a/+', '+', '#', 'a/#', '+/a', 'a/+/b'].every(hasWildcard)).toBe(true)
    expect(['a+', 'a/b', 'a#', 'a/+b'].some(hasWildcard)).toBe(false)
  })
})

describe('a set of topics', () => {
  test('holds a filter exactly when each topic that the filter covers is in it', () => {
    fc.assert(
      fc.property(fc.array(Filter, { minLength: 1, maxLength: 4 }), Filter, (own, asked) => {
        const owned = own.map(standard)
        const within = topics.filter(standard(asked)).every((topic) => owned.some((covers) => covers(topic)))
        expect(topicSet(own).holds(asked)).toBe(within)
      }),
      {
        numRuns: 1000,
        examples: [
          [['a', 'a/+/#'], 'a/#'],
          [['a/+', 'a/+/#'], 'a/#'],
          [['+/#'], '#'],
          [['#'], '$s/#'],
        ],
      },
    )
  })

  test('meets a filter exactly when some topic is in both', () => {
    fc.assert(
      fc.property(Filter, Filter, (one, other) => {
        const common = topics.filter(standard(one)).some(standard(other))
        expect(topicSet([one]).meets(other)).toBe(common)
      }),
      { numRuns: 1000 },
    )
  })

  test('has nothing where there are no filters', () => {
    expect(topicSet([]).holds('a')).toBe(false)
    expect(topicSet([]).holds('#')).toBe(false)
    expect(topicSet([]).meets('#')).toBe(false)
  })
})
