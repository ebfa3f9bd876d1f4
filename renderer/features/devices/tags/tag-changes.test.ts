import { describe, expect, it } from 'vitest'
import { cleanTags, tagChanges, tagsFit } from './tag-changes.ts'

const devices = [
  { id: 1, tags: ['hall 1', 'acme'] },
  { id: 2, tags: [] },
  { id: 3, tags: ['hall 2'] },
]

describe('tags of several devices', () => {
  it('are added and taken, and only devices that change are written', () => {
    expect(tagChanges(devices, ['hall 2'], ['hall 1'])).toEqual([
      { id: 1, tags: ['acme', 'hall 2'] },
      { id: 2, tags: ['hall 2'] },
    ])
    expect(tagChanges(devices, [], ['unknown'])).toEqual([])
  })

  it('are trimmed, kept once, and held to the limits', () => {
    expect(cleanTags([' a', 'a ', '', 'b'])).toEqual(['a', 'b'])
    expect(tagsFit(Array.from({ length: 21 }, (_, index) => String(index)))).toBe(false)
    expect(tagsFit(['标'.repeat(64)])).toBe(true)
    expect(tagsFit(['标'.repeat(65)])).toBe(false)
  })
})
