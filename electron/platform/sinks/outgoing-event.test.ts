import { expect, it } from 'vitest'
import { OutgoingEvent } from '#shared/schema.ts'
import { outgoingEvent } from './outgoing-event.ts'

const row = { seq: 7, eventId: 1_796_083_200_000_000, station: 's', at: Date.UTC(2026, 11, 1) } as const

it('times become ISO 8601 and flags booleans', () => {
  const data = {
    recordId: 1,
    runId: 2,
    attempt: 1,
    unit: null,
    serial: null,
    chip: null,
    line: 'L1',
    slot: '1',
    recipe: 'r',
    recipeVersion: 1,
    images: [],
    state: 'passed',
    errorCode: null,
    errorData: {},
    operator: null,
    values: [],
    first: 1,
    startedAt: 0,
    finishedAt: 1500,
  }
  const event = outgoingEvent({ ...row, kind: 'unit-record', data: JSON.stringify(data) })
  expect(OutgoingEvent.parse(event)).toEqual(event)
  expect(event).toMatchObject({
    station: 's',
    id: 1_796_083_200_000_000,
    at: '2026-12-01T00:00:00.000Z',
    version: 1,
    payload: { first: true, startedAt: '1970-01-01T00:00:00.000Z', finishedAt: '1970-01-01T00:00:01.500Z' },
  })
})

it('a text that databases refuse is sent with replacement characters', () => {
  const data = JSON.stringify({ description: 'a\u0000b\ud800c', notifiedAt: null, startedAt: null, finishedAt: 0 })
  const { payload } = outgoingEvent({ ...row, kind: 'job', data })
  expect(payload).toMatchObject({ description: 'a\ufffdb\ufffdc', notifiedAt: null })
})
