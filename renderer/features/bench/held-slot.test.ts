import { expect, it } from 'vitest'
import type { Run, Slot, Unit } from '#shared/schema.ts'
import { heldState, withUnit } from './held-slot.ts'

const unit = (id: string): Unit => ({ id, serial: null, chip: null, flashSize: null, usbSerial: null, facts: {} })
const run = (id: number, of: string | null): Run => ({
  id,
  lineId: 1,
  slotId: 1,
  lineName: 'A',
  slotLabel: '1',
  recipeId: 1,
  recipeName: 'R',
  recipeVersion: 1,
  unit: of,
  serial: null,
  chip: null,
  state: 'passed',
  phase: null,
  progress: 100,
  bytesPerSecond: null,
  errorCode: null,
  errorData: {},
  message: null,
  operator: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  attempt: 1,
})
const slot = (more: Partial<Slot> = {}): Slot => ({
  id: 1,
  lineId: 1,
  position: 0,
  label: '1',
  location: null,
  path: 'sim:1',
  port: 'sim:1',
  lamp: 'pass',
  unit: null,
  scanned: null,
  nextSerial: null,
  run: null,
  trouble: null,
  waitsUntil: null,
  ...more,
})
const flashed = slot({ unit: unit('a'), run: run(7, 'a') })

it('a drawer stays with its unit through its run, its retry and its next run', () => {
  expect(heldState(slot({ lamp: 'identified', unit: unit('a') }), flashed)).toBe('same')
  expect(heldState(flashed, slot({ lamp: 'writing', unit: unit('a'), run: { ...run(7, null), attempt: 2 } }))).toBe(
    'same',
  )
  expect(heldState(flashed, slot({ lamp: 'writing', unit: unit('a'), run: run(8, null) }))).toBe('same')
  expect(heldState(flashed, slot({ lamp: 'identifying', run: run(7, 'a') }))).toBe('same')
})

it('a slot that was opened empty shows the unit that comes', () => {
  const empty = slot({ lamp: 'empty', port: null })
  expect(heldState(empty, slot({ lamp: 'identified', unit: unit('a') }))).toBe('same')
  expect(heldState(empty, flashed)).toBe('same')
})

it('another unit in the slot does not take its place, whether it is being flashed or only identified', () => {
  expect(heldState(flashed, slot({ unit: unit('b'), run: run(8, 'b') }))).toBe('other')
  expect(heldState(flashed, slot({ lamp: 'identifying', run: run(8, null) }))).toBe('other')
  expect(heldState(flashed, slot({ lamp: 'identified', unit: unit('b'), run: run(7, 'a') }))).toBe('other')
  // The slot was asked between the two, and nobody had answered yet.
  const asked = slot({ lamp: 'identifying', run: run(7, 'a') })
  expect(heldState(asked, slot({ lamp: 'identified', unit: unit('b'), run: run(7, 'a') }))).toBe('other')
})

it('a unit that was taken out is said to be gone, and what was known of it stays', () => {
  const empty = slot({ lamp: 'empty', run: run(7, 'a') })
  expect(heldState(flashed, empty)).toBe('gone')
  expect(withUnit(flashed, slot({ lamp: 'present' })).unit).toEqual(unit('a'))
  expect(withUnit(flashed, slot({ lamp: 'identifying', run: run(7, 'a') }))).toBe(flashed)
})
