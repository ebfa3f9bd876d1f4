import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PrintedNumber, parseJson } from './json.ts'

const parse = (text: string, depth = 16) => parseJson(Buffer.from(text), depth)

describe('JSON as devices print it', () => {
  test('reads everything JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(parse(JSON.stringify(value))).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) as unknown })
      }),
    )
  })

  test('reads the request LinkSDK 4.1 prints with a comma before the closing brace', () => {
    const printed =
      '{"id":"1","version":"1.0","params":{"fileToken":"default","fileInfo":{"streamId":1234,"fileId":1,},"fileBlock":{"size":10240,"offset":0}}}'
    expect(parse(printed)).toEqual({
      ok: true,
      value: {
        id: '1',
        version: '1.0',
        params: {
          fileToken: 'default',
          fileInfo: { streamId: 1234, fileId: 1 },
          fileBlock: { size: 10240, offset: 0 },
        },
      },
    })
  })

  test('keeps the digits of numbers that JavaScript would print otherwise, and prints them again as they came', () => {
    const text = '{"a":4.10,"b":[123456789012345678901,1e2,-0,1e999],"c":{"d":7}}'
    const parsed = parse(text)
    expect(parsed).toMatchObject({ ok: true, value: { a: new PrintedNumber('4.10'), c: { d: 7 } } })
    expect(parsed.ok && JSON.stringify(parsed.value)).toBe(text)
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,3})?$/), (number) => {
        const read = parse(`[${number}]`)
        expect(read.ok && JSON.stringify(read.value)).toBe(`[${number}]`)
      }),
    )
  })

  test('leaves commas and brackets inside texts alone', () => {
    expect(parse('{"a":"x,}\\",]","b":[1, ] ,}')).toEqual({ ok: true, value: { a: 'x,}",]', b: [1] } })
  })

  test('tolerates a byte order mark in front and NUL bytes behind', () => {
    expect(parse('\u{feff}{"a":1}\0\0')).toEqual({ ok: true, value: { a: 1 } })
  })

  test('replaces bytes that are no UTF-8 instead of refusing the message', () => {
    const latin = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc4, 0xe3]), Buffer.from('"}')])
    expect(parseJson(latin, 16)).toMatchObject({ ok: true })
  })

  test('counts nesting and refuses what goes deeper', () => {
    expect(parse('[[[]]]', 3)).toEqual({ ok: true, value: [[[]]] })
    expect(parse('[[[[]]]]', 3)).toEqual({ ok: false, refused: 'JSON nested deeper than 3' })
    expect(parse('['.repeat(200_000))).toEqual({ ok: false, refused: 'JSON nested deeper than 16' })
  })

  test('says in words what is no JSON', () => {
    expect(parse('')).toEqual({ ok: false, refused: 'empty message' })
    expect(parse(' \0')).toEqual({ ok: false, refused: 'empty message' })
    expect(parse('{"a":}')).toEqual({ ok: false, refused: 'not JSON' })
    expect(parse('{,}')).toEqual({ ok: true, value: {} })
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseJson(bytes, 16)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', ' ')), (parts) => {
        parse(parts.join(''))
      }),
    )
  })
})

test('looks once for where a C buffer ends, however many NUL bytes are in it', () => {
  const bytes = Buffer.concat([Buffer.from('{}'), Buffer.alloc(256 * 1024), Buffer.from('x')])
  expect(parseJson(bytes, 16)).toMatchObject({ ok: false })
  expect(parseJson(bytes.subarray(0, -1), 16)).toEqual({ ok: true, value: {} })
})
