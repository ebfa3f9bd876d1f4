import { expect, it } from 'vitest'
import { paceOfFault } from './receiver.ts'
import { answerFault, retryAfter } from './webhook-answer.ts'

const now = Date.parse('2026-12-01T08:00:00Z')

it('any 2xx means that the events were taken', () => {
  for (const status of [200, 201, 202, 204, 299]) expect(answerFault(status, {}, now)).toBeUndefined()
})

it.each([
  [301, 'REDIRECTED', 'refused'],
  [308, 'REDIRECTED', 'refused'],
  [400, 'NOT_TAKEN', 'refused'],
  [401, 'NOT_TAKEN', 'refused'],
  [404, 'NOT_TAKEN', 'refused'],
  [410, 'GONE', 'refused'],
  [408, 'RECEIVER_FAILED', 'later'],
  [413, 'TOO_LARGE', 'smaller'],
  [429, 'RECEIVER_FAILED', 'later'],
  [500, 'RECEIVER_FAILED', 'later'],
  [503, 'RECEIVER_FAILED', 'later'],
] as const)('an answer %i is %s, tried again as %s', (status, code, pace) => {
  const fault = answerFault(status, { location: 'https://elsewhere.example/' }, now)
  expect(fault?.code).toBe(code)
  expect(fault && paceOfFault[fault.code]).toBe(pace)
})

it('the wish to be left alone is read in seconds and as a date', () => {
  expect(retryAfter('120', now)).toBe(120_000)
  expect(retryAfter('Tue, 01 Dec 2026 08:01:00 GMT', now)).toBe(60_000)
  expect(retryAfter('Tue, 01 Dec 2026 07:00:00 GMT', now)).toBe(0)
  expect(retryAfter('soon', now)).toBeUndefined()
  expect(retryAfter(undefined, now)).toBeUndefined()
  expect(answerFault(503, { 'retry-after': '7' }, now)?.retryAfterMs).toBe(7000)
})
