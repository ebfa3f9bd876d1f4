import { describe, expect, it } from 'vitest'
import { type DraftSlot, inputOf, nextLabel, slotFault } from './slot-draft.ts'

const slot = (label: string, path = label): DraftSlot => ({ id: undefined, label, location: null, path })

describe('slots being set up', () => {
  it('are numbered on from the last one', () => {
    expect(nextLabel([])).toBe('1')
    expect(nextLabel([slot('A7')])).toBe('A8')
    expect(nextLabel([slot('A8'), slot('A7')])).toBe('A9')
    expect(nextLabel([slot('left')])).toBe('2')
  })

  it('each need a label of their own and a place of their own', () => {
    expect(slotFault([slot('A1'), slot('A2')])).toBeUndefined()
    expect(slotFault([slot(' ')])).toBe('label')
    expect(slotFault([slot('A1'), slot('A1 ', 'x')])).toBe('twice')
    expect(slotFault([slot('A1', 'x'), slot('A2', 'x')])).toBe('place')
  })

  it('are sent by their place, or by their path where they have none', () => {
    expect(inputOf({ id: 3, label: ' A1 ', location: 'usb-1', path: null })).toEqual({
      id: 3,
      label: 'A1',
      location: 'usb-1',
    })
    expect(inputOf(slot('A2', '/dev/pts/4'))).toEqual({ label: 'A2', path: '/dev/pts/4' })
  })
})
