import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPlainReader } from './plain-request.ts'

const head = (...lines: string[]) =>
  `GET /ota/token/app.bin HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
const read = (text: string) => createPlainReader()(text)

it.each([
  ['a whole file', head('Host: x'), undefined],
  ['one range', head('Host: x', 'Range: bytes=0-1023'), { first: 0, last: 1023 }],
  ['an open range', head('Host: x', 'range:bytes=4096-'), { first: 4096, last: undefined }],
  [
    'what curl sends',
    head('Host: x', 'Range: bytes=5-6', 'User-Agent: curl/7.88.1', 'Accept: */*'),
    { first: 5, last: 6 },
  ],
  [
    'a connection kept',
    head('HOST: 192.168.1.5:8070', 'Connection: Keep-Alive', 'Range: bytes=1-1'),
    { first: 1, last: 1 },
  ],
])('reads the request for %s', (_, text, range) => {
  expect(read(text)).toEqual({ asked: { path: '/ota/token/app.bin' }, range })
})

it.each([
  ['another method', head('Host: x').replace('GET', 'HEAD')],
  ['an older version', head('Host: x').replace('1.1', '1.0')],
  ['no host', head('Range: bytes=0-1')],
  ['two hosts', head('Host: x', 'Host: x')],
  ['a query', head('Host: x').replace('.bin', '.bin?a')],
  ['the absolute form', head('Host: x').replace('/ota', 'http://x/ota')],
  ['a body', head('Host: x', 'Content-Length: 1')],
  ['a body in pieces', head('Host: x', 'Transfer-Encoding: chunked')],
  ['a condition', head('Host: x', 'If-Range: "a"')],
  ['a connection to close', head('Host: x', 'Connection: close')],
  ['two ranges', head('Host: x', 'Range: bytes=0-1,3-4')],
  ['a range twice', head('Host: x', 'Range: bytes=0-1', 'Range: bytes=0-1')],
  ['a suffix', head('Host: x', 'Range: bytes=-5')],
  ['a number with more digits than a double has', head('Host: x', 'Range: bytes=0-12345678901234567')],
  ['another unit', head('Host: x', 'Range: items=0-1')],
  ['a checksum method', head('Host: x', 'Crc16-Method: CCITT')],
  ['a folded line', head('Host: x', 'Accept: a\r\n b')],
  ['a space before the colon', head('Host : x')],
  ['a bare line feed', head('Host: x').replaceAll('\r\n', '\n')],
  ['two requests', head('Host: x') + head('Host: x')],
  ['half a request', head('Host: x').slice(0, -1)],
  ['nothing', ''],
])('leaves %s to the complete parser', (_, text) => {
  expect(read(text)).toBeUndefined()
})

it('gives the requests of one client the same target, and compares what it has parsed', () => {
  const reader = createPlainReader()
  const [first, second] = [0, 4096].map((at) => reader(head('Host: x', `Range: bytes=${at}-${at + 4095}`)))
  expect(first?.asked).toBe(second?.asked)
  expect(second?.range).toEqual({ first: 4096, last: 8191 })
})

const number = fc.oneof(fc.nat().map(String), fc.stringMatching(/^[0-9-]{0,20}$/))
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('bytes=', 'Bytes=', '', 'bytes'), number, fc.constantFrom('-', '', '--'), number)
    .map((parts) => `Range: ${parts.join('')}`),
  fc.constantFrom(
    'Host: x',
    'Accept: */*',
    'Connection: close',
    'X-Range: bytes=0-1',
    'Accept: Range: bytes=3-4',
    'range:bytes=7-9',
  ),
)
const request = fc.oneof(
  fc.array(line, { maxLength: 4 }).map((lines) => head('Host: x', ...lines)),
  fc.array(line, { maxLength: 4 }).map((lines) => head(...lines)),
  fc.tuple(number, number).map(([first, last]) => head('Host: x', `Range: bytes=${first}-${last}`, 'Accept: */*')),
  fc.string({ unit: 'binary', maxLength: 80 }),
)

it('reads each request as if it were the first of its connection, and never throws', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 8 }), (requests) => {
      const reader = createPlainReader()
      for (const text of requests) expect(reader(text)).toEqual(read(text))
    }),
    { numRuns: 2000 },
  )
})
