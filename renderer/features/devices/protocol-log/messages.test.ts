import { expect, it } from 'vitest'
import type { DeviceMessage } from '#shared/schema.ts'
import { asText, mergeMessages } from './messages.ts'

const message = (part: Partial<DeviceMessage>): DeviceMessage => ({
  id: 1,
  revision: 1,
  at: '2026-01-01T00:00:00.000Z',
  direction: 'in',
  channel: '/ota/device/inform/gw/dev1',
  text: '{"id":"1"}',
  hex: null,
  bytes: 10,
  kind: 'version',
  detail: null,
  refused: null,
  qos: 1,
  acknowledged: null,
  times: 1,
  ...part,
})

it('lays later words over earlier ones and keeps the order of the messages', () => {
  const known = [message({ id: 1 }), message({ id: 2, revision: 2, direction: 'out', acknowledged: false })]
  const merged = mergeMessages(known, [
    message({ id: 3, revision: 3 }),
    message({ id: 2, revision: 4, direction: 'out', acknowledged: true }),
  ])
  expect(merged.messages.map(({ id, acknowledged }) => [id, acknowledged])).toEqual([
    [1, null],
    [2, true],
    [3, null],
  ])
  expect(merged.revision).toBe(4)
})

it('lets one that is counted take the place of the one before it', () => {
  const known = [message({ id: 1, kind: 'download', channel: 'GET /x' }), message({ id: 2, revision: 2 })]
  const merged = mergeMessages(known, [message({ id: 3, revision: 3, kind: 'download', channel: 'GET /x', times: 2 })])
  expect(merged.messages.map(({ id }) => id)).toEqual([2, 3])
})

it('writes a message so that it can be read elsewhere', () => {
  expect(
    asText([
      message({ detail: 'default · 1.0', refused: 'no version' }),
      message({ text: null, hex: 'ff00', bytes: 900, qos: null }),
    ]),
  ).toBe(
    [
      '2026-01-01T00:00:00.000Z > version /ota/device/inform/gw/dev1 qos=1',
      '  default · 1.0',
      '  refused: no version',
      '  {"id":"1"}',
      '2026-01-01T00:00:00.000Z > version /ota/device/inform/gw/dev1',
      '  900 bytes ff00',
    ].join('\n'),
  )
})
