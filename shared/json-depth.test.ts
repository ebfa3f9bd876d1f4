import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isJsonDeeper, isValueDeeper } from './json-depth.ts'

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

it.each([
  ['[]', 1],
  ['{"a":[{"b":1}]}', 3],
  ['{"a\\"[[":"]]\\\\"}', 1],
  [lists(64), 64],
  [objects(64), 64],
])('knows how deep %s is', (text, levels) => {
  expect(isJsonDeeper(text, levels)).toBe(false)
  expect(isJsonDeeper(text, levels - 1)).toBe(true)
  expect(isValueDeeper(JSON.parse(text), levels)).toBe(false)
  expect(isValueDeeper(JSON.parse(text), levels - 1)).toBe(true)
})

it('takes what stands in a text for text', () => {
  expect(isJsonDeeper('"[[[["', 0)).toBe(false)
  expect(isJsonDeeper('"\\"[[["', 0)).toBe(false)
})

it('says the same of a text and of what it holds', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 6 }), (value, levels) => {
      expect(isJsonDeeper(JSON.stringify(value), levels)).toBe(isValueDeeper(value, levels))
    }),
  )
})

it('ends at once for what no parser should see', () => {
  expect(isJsonDeeper('['.repeat(10_000_000), 64)).toBe(true)
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(isValueDeeper(circle, 64)).toBe(true)
})
