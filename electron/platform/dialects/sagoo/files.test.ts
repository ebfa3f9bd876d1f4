import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectCompact, takeApart } from '../../../../test/helpers/compact.ts'
import type { BlockRequest } from '../dialect.ts'
import { crc16Arc } from './crc16.ts'
import { writeBlock } from './files.ts'
import { sagooMqtt } from './mqtt.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const topic = '/sys/a1pk/dev1/thing/file/download'
const read = (text: string) => sagooMqtt.read(device, topic, Buffer.from(text))

const request: BlockRequest = {
  kind: 'block',
  messageId: '1',
  fileToken: 'default',
  streamId: 1234,
  fileId: 1,
  size: 10240,
  offset: 0,
  replyTopic: `${topic}_reply`,
}
/** LinkSDK 4.1, captured (docs/protocols/sagoo.md §8.2): a comma before a closing brace. */
const captured =
  '{"id":"1","version":"1.0","params":{"fileToken":"default","fileInfo":{"streamId":1234,"fileId":1,},"fileBlock":{"size":10240,"offset":0}}}'

describe('a request for a piece of a file', () => {
  test('is read as LinkSDK 4.1 sends it, which is no JSON', () => {
    expect(() => JSON.parse(captured)).toThrow()
    expect(read(captured)).toEqual({ ok: true, uplink: request })
  })

  test('may leave its token out, write its id as a number and its numbers as text', () => {
    expect(
      read('{"id":7,"params":{"fileInfo":{"streamId":"1234","fileId":"1"},"fileBlock":{"size":"10240","offset":"0"}}}'),
    ).toEqual({ ok: true, uplink: { ...request, messageId: 7, fileToken: undefined } })
  })

  test.each([
    ['{"id":"1"}'],
    ['{"id":"1","params":{}}'],
    ['{"id":"1","params":[]}'],
    ['{"id":"1","params":{"fileInfo":7,"fileBlock":null}}'],
    ['{"id":"1","params":{"fileInfo":{"streamId":"x","fileId":1.5},"fileBlock":{"size":-1.5,"offset":[]}}}'],
  ])('%s is read all the same, so that it gets its answer', (text) => {
    expect(read(text)).toMatchObject({ ok: true, uplink: { messageId: '1', streamId: Number.NaN, size: Number.NaN } })
  })

  test.each(['', 'hello', '[]', '7'])('%j is refused in words', (text) => {
    expect(read(text)).toMatchObject({ ok: false, refused: expect.stringMatching(/./) })
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void sagooMqtt.read(device, topic, bytes)))
    const Numbers = fc.dictionary(fc.constantFrom('streamId', 'fileId', 'size', 'offset'), fc.jsonValue())
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), Numbers, Numbers, (id, fileToken, fileInfo, fileBlock) => {
        expect(read(JSON.stringify({ id, params: { fileToken, fileInfo, fileBlock } })).ok).toBe(true)
      }),
    )
  })
})

describe('a piece of a file', () => {
  test('has the checksum CRC-16/ARC', () => {
    expect(crc16Arc(Buffer.from('123456789'))).toBe(0xbb3d)
    expect(crc16Arc(new Uint8Array())).toBe(0)
  })

  test('follows its length and JSON, and its checksum follows it, byte for byte', () => {
    const bytes = Buffer.from('123456789')
    const json =
      '{"id":"1","code":200,"msg":"success","data":{"fileToken":"default","fileLength":123457,"bSize":9,"bOffset":0}}'
    expect(writeBlock(request, { ok: true, bytes, offset: 0, fileSize: 123457 })).toEqual({
      topic: '/sys/a1pk/dev1/thing/file/download_reply',
      payload: Buffer.concat([Buffer.from([0, json.length]), Buffer.from(json), bytes, Buffer.from([0x3d, 0xbb])]),
    })
  })

  test('names no token when the request named none', () => {
    const { payload } = writeBlock(
      { ...request, fileToken: undefined, messageId: 7 },
      { ok: true, bytes: Buffer.from('x'), offset: 3, fileSize: 4 },
    )
    expect(takeApart(payload).json).toEqual({
      id: 7,
      code: 200,
      msg: 'success',
      data: { fileLength: 4, bSize: 1, bOffset: 3 },
    })
  })

  test.each([
    ['malformed', 400],
    ['unknown', 404],
    ['gone', 410],
    ['beyond', 416],
  ] as const)('that cannot be had (%s) is answered by JSON alone with code %i', (refused, code) => {
    const { payload } = writeBlock(request, { ok: false, refused })
    const { json, rest } = takeApart(payload)
    expect(json).toEqual({ id: '1', code, message: expect.stringMatching(/./) })
    expect(rest).toHaveLength(0)
  })

  test('comes out of its frame as it went in, whatever it is', () => {
    const Answer = fc.record({
      ok: fc.constant(true as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 2000 }),
      offset: fc.nat(),
      fileSize: fc.nat(),
    })
    const Id = fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), fc.integer())
    const Token = fc.option(fc.string({ unit: 'binary', maxLength: 256 }), { nil: undefined })
    fc.assert(
      fc.property(Answer, Id, Token, (answer, messageId, fileToken) => {
        const { payload } = writeBlock({ ...request, messageId, fileToken }, answer)
        expectCompact(payload)
        const { json, rest } = takeApart(payload)
        expect(json).toMatchObject({ code: 200, data: { bSize: answer.bytes.length, bOffset: answer.offset } })
        expect(rest.length).toBe(answer.bytes.length + 2)
        expect(Buffer.compare(rest.subarray(0, -2), answer.bytes)).toBe(0)
        expect(rest.readUInt16LE(rest.length - 2)).toBe(crc16Arc(answer.bytes))
      }),
    )
  })
})
