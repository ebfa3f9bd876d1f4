import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flashReasonText } from '#shared/flash-reasons.ts'
import { stm32 } from '../../electron/flashing/families/stm32/index.ts'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { missingPackages } from '../debian.mjs'
import { limits } from '../limits.mjs'

const parse = (bytes: Uint8Array) => stm32.images.parse(bytes, 'app', null)
const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const plain = (bytes: Uint8Array) =>
  parse(bytes).regions.map((region) => [region.address, Buffer.from(region.bytes).toString('hex')])

const refusal = (bytes: Uint8Array): { code: string; data: object; words: string | undefined } => {
  try {
    parse(bytes)
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    return { code: error.code, data: error.data, words: flashReasonText(error.code, 'en', error.data) }
  }
  return { code: 'none', data: {}, words: undefined }
}

/** Two bytes at 0x08000000 and two behind them. */
const hexLines = [':020000040800F2', ':020000000102FB', ':020002000304F5', ':00000001FF'] as const
const srecLines = ['S0030000FC', 'S307080000000102ED', 'S307080000020304E7', 'S70508000001F1'] as const
const both = [[0x0800_0000, '01020304']]

describe('HEX files and S-records as they are found', () => {
  const utf16 = (content: string, mark: readonly number[], swap: boolean): Uint8Array => {
    const body = Buffer.from(content, 'utf16le')
    return Uint8Array.from([...mark, ...(swap ? body.swap16() : body)])
  }
  const found: readonly (readonly [title: string, of: (lines: readonly string[]) => Uint8Array])[] = [
    [
      'with Windows, Unix and old Mac line ends in one file',
      (lines) => text(`${lines[0]}\r\n${lines[1]}\n${lines[2]}\r${lines[3]}`),
    ],
    ['with a UTF-8 mark', (lines) => Uint8Array.from([0xef, 0xbb, 0xbf, ...text(lines.join('\n'))])],
    ['redirected by Windows PowerShell', (lines) => utf16(lines.join('\r\n'), [0xff, 0xfe], false)],
    ['in UTF-16 of the other order', (lines) => utf16(lines.join('\r\n'), [0xfe, 0xff], true)],
    ['in lower case', (lines) => text(lines.join('\n').toLowerCase())],
    ['with blanks and tabs at both ends', (lines) => text(lines.map((line) => `\t  ${line} \t`).join('\n'))],
    ['with empty lines', (lines) => text(`\n\n${lines.join('\n\n')}\n\n`)],
    [
      'with remarks of all kinds',
      (lines) => text(`; by hand\n# built 2026\n// ok\n${lines.join(' ; line\n')}\n; end\n`),
    ],
    ['with a long remark first', (lines) => text(`${`; ${'x'.repeat(70)}\n`.repeat(100)}${lines.join('\n')}`)],
    ['ended by Ctrl-Z, as XMODEM fills up', (lines) => text(`${lines.join('\r\n')}\r\n${'\x1a'.repeat(100)}`)],
    ['filled up with zeros', (lines) => text(`${lines.join('\r\n')}\r\n${'\0'.repeat(100)}`)],
    ['with a record twice', (lines) => text([lines[0], lines[1], lines[1], lines[2], lines[3]].join('\n'))],
  ]
  it.each(found)('%s are read', (_, of) => {
    expect(plain(of(hexLines))).toEqual(both)
    expect(plain(of(srecLines))).toEqual(both)
  })

  it('with lines of symbols, as Motorola’s tools write them, are read', () => {
    expect(plain(text(`$$ app\n  main $8000000\n$$\n${srecLines.join('\n')}`.replace('  main', '$ main')))).toEqual(
      both,
    )
  })

  it('tell where execution begins, as segment or linear', () => {
    const start = (record: string) => parse(text([...hexLines.slice(0, 3), record, hexLines[3]].join('\n'))).entry
    expect(start(':0400000508000101ED')).toBe(0x0800_0101)
    expect(start(':0400000310000004E5')).toBe(0x1_0004)
    expect(parse(text(srecLines.join('\n'))).entry).toBe(0x0800_0001)
  })

  it.each([
    ['HEX without an end', hexLines.slice(0, 3), 'IMAGE_NO_END', /end record/],
    ['S-records without an end', srecLines.slice(0, 3), 'IMAGE_NO_END', /end record/],
    ['two HEX files in one', [...hexLines, ...hexLines], 'IMAGE_AFTER_END', /line 5 follows the end record/],
    ['two S-record files in one', [...srecLines, ...srecLines], 'IMAGE_AFTER_END', /line 5/],
    ['a first record that is damaged', [':020000040800F3', ...hexLines.slice(1)], 'IMAGE_LINE_CHECKSUM', /line 1/],
    ['a first record with a strange digit', [':0200000408O0F2', ...hexLines.slice(1)], 'IMAGE_LINE_BROKEN', /line 1/],
    ['a count that is wrong', [...srecLines.slice(0, 3), 'S5030003F9', srecLines[3]], 'IMAGE_RECORD_COUNT', /line 4/],
    [
      'a length that is wrong',
      [srecLines[0], 'S308080000000102EC', ...srecLines.slice(2)],
      'IMAGE_LINE_BROKEN',
      /line 2/,
    ],
    [
      'S4, which nobody defines',
      [srecLines[0], 'S407080000000102ED', ...srecLines.slice(1)],
      'IMAGE_LINE_BROKEN',
      /line 2/,
    ],
  ])('%s: refused with the line', (_, lines, code, words) => {
    expect(refusal(text(lines.join('\n')))).toMatchObject({ code, words: expect.stringMatching(words) })
  })

  it('that say two things of one address are refused with the address and the later line', () => {
    const other = ':01000100FFFF'
    const file = [hexLines[0], hexLines[1], hexLines[2], other, hexLines[3]]
    expect(refusal(text(file.join('\n')))).toMatchObject({
      code: 'IMAGE_LINE_OVERLAP',
      data: { address: '0x08000001', line: 4 },
    })
  })

  it('are read the same whatever is repeated in them, as long as it is the same', () => {
    const image = Uint8Array.from({ length: 600 }, (_, at) => (at * 7) & 0xff)
    const record = (offset: number, length: number): string => {
      const bytes = [length, offset >> 8, offset & 0xff, 0, ...image.subarray(offset, offset + length)]
      const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff
      return `:${Buffer.from([...bytes, sum])
        .toString('hex')
        .toUpperCase()}`
    }
    const pieces = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 99 })), { maxLength: 20 })
    fc.assert(
      fc.property(pieces, (some) => {
        const whole = Array.from({ length: 10 }, (_, index) => record(index * 60, 60))
        const lines = [...whole, ...some.map(([offset, length]) => record(offset, length))]
        const file = text([hexLines[0], ...lines.sort(), hexLines[3]].join('\n'))
        expect(plain(file)).toEqual([[0x0800_0000, Buffer.from(image).toString('hex')]])
      }),
    )
  })
})

const withoutSrecord = missingPackages().includes('srecord')

describe.skipIf(withoutSrecord)('what srec_cat writes (needs srecord)', () => {
  it.each([
    ['intel', ['-Intel']],
    ['intel, 16 bits with segments', ['-Intel', '-address-length=3']],
    ['motorola', ['-Motorola']],
    ['motorola of 32 bits', ['-Motorola', '-address-length=4']],
    ['motorola of 24 bits in short lines', ['-Motorola', '-address-length=3', '-line-length=30']],
  ])('is read as it was: %s', (_, format) => {
    const folder = mkdtempSync(join(tmpdir(), 'srec-'))
    const at = (name: string) => join(folder, name)
    try {
      const image = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 11 + (index >> 8)) & 0xff)
      writeFileSync(at('a'), image.subarray(0, 65_000))
      writeFileSync(at('b'), image.subarray(65_000))
      const given = [
        at('a'),
        '-binary',
        '-offset=0x8000',
        at('b'),
        '-binary',
        '-offset=0x20001',
        '-o',
        at('out'),
        ...format,
      ]
      execFileSync('srec_cat', given, { timeout: limits.program })
      expect(plain(readFileSync(at('out')))).toEqual([
        [0x8000, Buffer.from(image.subarray(0, 65_000)).toString('hex')],
        [0x2_0001, Buffer.from(image.subarray(65_000)).toString('hex')],
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
