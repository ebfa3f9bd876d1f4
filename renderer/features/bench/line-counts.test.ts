import { expect, it } from 'vitest'
import type { Run, Slot } from '#shared/schema.ts'
import { lineCounts } from './line-counts.ts'

const slot = (port: string | null, state?: Run['state'], waitsUntil: string | null = null) =>
  ({ port, run: state ? { state } : null, waitsUntil }) as Slot

it('a start asks every free slot with an adapter, whatever its lamp shows, and on a line that waits for contact every free slot', () => {
  const slots = [slot('a'), slot('b', 'passed'), slot('c', 'running'), slot(null), slot('d', 'failed')]
  expect(lineCounts({ slots, waitForContact: 0 })).toEqual({ start: 3, retry: 1, stop: 1 })
  expect(lineCounts({ slots, waitForContact: 30 })).toEqual({ start: 4, retry: 1, stop: 1 })
})

it('what waits for contact can be stopped', () => {
  const slots = [slot('a', 'waiting'), slot('b', 'passed', '2026-01-01T00:00:00.000Z')]
  expect(lineCounts({ slots, waitForContact: 30 })).toEqual({ start: 1, retry: 0, stop: 2 })
})
