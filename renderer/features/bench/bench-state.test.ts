import { describe, expect, it } from 'vitest'
import type { Line, Run, Slot } from '#shared/schema.ts'
import { applyBench, emptyBench } from './bench-state.ts'

const slot = (id: number, lineId: number, lamp: Slot['lamp'] = 'empty'): Slot => ({
  id,
  lineId,
  position: id,
  label: `A${id}`,
  location: null,
  path: `sim:${id}`,
  port: null,
  lamp,
  unit: null,
  scanned: null,
  nextSerial: null,
  run: null,
  trouble: null,
  waitsUntil: null,
})
const line = (id: number, slots: Slot[]): Line => ({
  id,
  name: `line ${id}`,
  recipeId: null,
  autoStart: null,
  waitForContact: 0,
  operator: null,
  learning: false,
  simulated: false,
  serials: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  slots,
})

describe('the lines on the screen', () => {
  const two = { ...emptyBench, lines: [line(1, [slot(1, 1), slot(2, 1)]), line(2, [slot(3, 2)])] }

  it('take a slot over by its latest event, and leave other lines and slots as they are', () => {
    const after = applyBench(two, [
      { type: 'slot', ...slot(2, 1, 'writing') },
      { type: 'slot', ...slot(2, 1, 'pass') },
    ])
    expect(after.lines[0]?.slots.map(({ lamp }) => lamp)).toEqual(['empty', 'pass'])
    expect(after.lines[0]?.slots[0]).toBe(two.lines[0]?.slots[0])
    expect(after.lines[1]).toBe(two.lines[1])
  })

  it('take over how far a run is, in the slot that holds it and in no other', () => {
    const run = { id: 7, slotId: 2, progress: 0 } as Run
    const started = applyBench(two, [{ type: 'slot', ...slot(2, 1, 'writing'), run }])
    const later = applyBench(started, [{ type: 'flash', ...run, progress: 43 }])
    expect(later.lines[0]?.slots[1]).toMatchObject({ lamp: 'writing', run: { id: 7, progress: 43 } })
    expect(later.lines[0]?.slots[0]).toBe(two.lines[0]?.slots[0])
    const cleared = applyBench(later, [
      { type: 'slot', ...slot(2, 1, 'present') },
      { type: 'flash', ...run, progress: 50 },
      { type: 'flash', ...run, slotId: 99 },
    ])
    expect(cleared.lines[0]?.slots[1]?.run).toBeNull()
  })

  it('keep the order of events: what comes after a line counts for its slots', () => {
    const after = applyBench(two, [
      { type: 'slot', ...slot(3, 2, 'fail') },
      { type: 'line', ...line(2, [slot(3, 2, 'present')]) },
      { type: 'line', ...line(3, [slot(4, 3)]) },
      { type: 'slot', ...slot(4, 3, 'pass') },
      { type: 'removed', what: 'line', id: 1 },
    ])
    expect(after.lines.map(({ id, slots }) => [id, slots[0]?.lamp])).toEqual([
      [2, 'present'],
      [3, 'pass'],
    ])
  })
})
