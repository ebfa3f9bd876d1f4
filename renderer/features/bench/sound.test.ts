import { describe, expect, it } from 'vitest'
import type { Slot } from '#shared/schema.ts'
import { soundOf } from './sound.ts'

const slots = (...lamps: Slot['lamp'][]): Slot[] => lamps.map((lamp, id) => ({ id, lamp }) as Slot)
const stood = (...lamps: Slot['lamp'][]) => new Map(lamps.map((lamp, id) => [id, lamp]))

describe('the sound of the bench', () => {
  it('is heard when a lamp turns green or red, the bad one first', () => {
    expect(soundOf(stood('checking', 'writing'), slots('pass', 'writing'))).toBe('pass')
    expect(soundOf(stood('checking', 'writing'), slots('pass', 'fail'))).toBe('fail')
    expect(soundOf(stood('identifying'), slots('refused'))).toBe('fail')
  })

  it('is not heard for what stood there before', () => {
    expect(soundOf(stood('pass', 'fail'), slots('pass', 'fail'))).toBeUndefined()
    expect(soundOf(stood(), slots('pass', 'fail'))).toBeUndefined()
    expect(soundOf(stood('pass'), slots('empty'))).toBeUndefined()
  })
})
