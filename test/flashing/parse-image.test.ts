import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flashReasonText } from '#shared/flash-reasons.ts'
import { type FlashTarget, flashTargets } from '#shared/targets/index.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { FlashError, type Region } from '../../electron/flashing/flasher.ts'
import { parseElf } from '../../electron/flashing/images/elf.ts'
import { parseIntelHex } from '../../electron/flashing/images/intel-hex.ts'
import { parseSrec } from '../../electron/flashing/images/srec.ts'
import { limits } from '../limits.mjs'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

const parseImage = (bytes: Uint8Array, name: string, address: number, target: FlashTarget) =>
  families[target].images.parse(bytes, name, address)

const codeOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    for (const language of ['zh', 'en'] as const) {
      expect(flashReasonText(error.code, language, error.data)).not.toMatch(/…|^$|undefined/)
    }
    return error.code
  }
  return 'none'
}

const hexByte = (value: number): string => (value & 0xff).toString(16).toUpperCase().padStart(2, '0')

/** Records as the formats' documents define them, without a line of the parser's. */
const hexRecord = (type: number, offset: number, data: readonly number[]): string => {
  const bytes = [data.length, offset >> 8, offset & 0xff, type, ...data]
  return `:${[...bytes, -bytes.reduce((sum, byte) => sum + byte, 0)].map(hexByte).join('')}`
}
const toHex = (regions: readonly Region[], width: number): string => {
  const lines = regions.flatMap(({ address, bytes }) => {
    const own: string[] = []
    for (let at = 0; at < bytes.length; ) {
      const here = address + at
      const size = Math.min(width, bytes.length - at, 0x10000 - (here % 0x10000))
      own.push(hexRecord(4, 0, [here >>> 24, (here >>> 16) & 0xff]))
      own.push(hexRecord(0, here & 0xffff, [...bytes.subarray(at, at + size)]))
      at += size
    }
    return own
  })
  return [...lines, hexRecord(1, 0, [])].join('\r\n')
}
const srecRecord = (type: number, address: readonly number[], data: readonly number[]): string => {
  const bytes = [address.length + data.length + 1, ...address, ...data]
  return `S${type}${[...bytes, ~bytes.reduce((sum, byte) => sum + byte, 0)].map(hexByte).join('')}`
}
const toSrec = (regions: readonly Region[], width: number): string => {
  const word = (value: number) => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  const lines = regions.flatMap(({ address, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / width) }, (_, index) =>
      srecRecord(3, word(address + index * width), [...bytes.subarray(index * width, (index + 1) * width)]),
    ),
  )
  return [srecRecord(0, [0, 0], [72, 68, 82]), ...lines, srecRecord(7, [8, 0, 0, 1], [])].join('\n')
}

const elfOf = (machine: number, segments: readonly Region[]): Uint8Array => {
  const bytes = new Uint8Array(52 + 32 * segments.length + segments.reduce((sum, one) => sum + one.bytes.length, 0))
  const view = new DataView(bytes.buffer)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1])
  view.setUint16(18, machine, true)
  view.setUint32(24, 0x0800_0101, true)
  view.setUint32(28, 52, true)
  view.setUint16(42, 32, true)
  view.setUint16(44, segments.length, true)
  let at = 52 + 32 * segments.length
  segments.forEach(({ address, bytes: data }, index) => {
    const header = 52 + index * 32
    const words = [1, at, 0x2000_0000, address, data.length, data.length + 100]
    words.forEach((word, place) => {
      view.setUint32(header + place * 4, word, true)
    })
    bytes.set(data, at)
    at += data.length
  })
  return bytes
}

/** Regions in ascending order with gaps between them. */
const regionsArbitrary = fc
  .array(
    fc.record({ gap: fc.integer({ min: 1, max: 0x40000 }), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((made) => {
    let next = 0x0800_0000
    return made.map(({ gap, bytes }): Region => {
      const region = { address: next + gap, bytes: Uint8Array.from(bytes), name: 'made' }
      next = region.address + bytes.length
      return region
    })
  })

const plain = (regions: readonly Region[]) =>
  regions.map(({ address, bytes }) => [address, Buffer.from(bytes).toString('hex')])

describe('what a tool wrote is read back', () => {
  test('from Intel HEX, S-records and ELF, with every gap left as it is', () => {
    fc.assert(
      fc.property(regionsArbitrary, fc.integer({ min: 1, max: 32 }), (regions, width) => {
        expect(plain(parseIntelHex(toHex(regions, width), 'a').regions)).toEqual(plain(regions))
        expect(plain(parseSrec(toSrec(regions, width), 'a').regions)).toEqual(plain(regions))
        const elf = parseElf(elfOf(40, regions), 'a')
        expect(plain(elf.regions)).toEqual(plain(regions))
        expect(elf.machine).toBe('ARM')
      }),
      { numRuns: 60 },
    )
  })

  const hasObjcopy = spawnSync('objcopy', ['--version'], { timeout: limits.program }).status === 0
  test.skipIf(!hasObjcopy).each([
    ['ihex', 'hex', 0x0800_0000],
    ['srec', 'srec', 0x0800_0000],
    ['srec', 'srec', 0x1000],
    ['ihex', 'hex', 0xfff0],
  ])('from objcopy, %s as %s at %i', (output, format, address) => {
    const folder = mkdtempSync(join(tmpdir(), 'images-'))
    try {
      const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff)
      writeFileSync(join(folder, 'in'), bytes)
      const given = [
        '-I',
        'binary',
        '-O',
        output,
        `--change-addresses=${address}`,
        join(folder, 'in'),
        join(folder, 'out'),
      ]
      expect(spawnSync('objcopy', given, { timeout: limits.program }).status).toBe(0)
      const image = parseImage(readFileSync(join(folder, 'out')), 'out', 0, 'stm32')
      expect(image.format).toBe(format)
      expect(image.regions).toHaveLength(1)
      expect(image.regions[0]?.address).toBe(address)
      expect(Buffer.compare(image.regions[0]?.bytes ?? new Uint8Array(0), bytes)).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('segments of 16-bit addresses wrap around as the format says', () => {
    const file = [hexRecord(2, 0, [0x10, 0x00]), hexRecord(0, 0xfffe, [1, 2, 3, 4]), hexRecord(1, 0, [])].join('\n')
    expect(plain(parseIntelHex(file, 'a').regions)).toEqual([
      [0x10000, '0304'],
      [0x1fffe, '0102'],
    ])
  })

  test('both start records tell where execution begins', () => {
    const end = hexRecord(1, 0, [])
    const data = hexRecord(0, 0, [1])
    expect(parseIntelHex([data, hexRecord(5, 0, [8, 0, 1, 1]), end].join('\n'), 'a').entry).toBe(0x0800_0101)
    expect(parseIntelHex([data, hexRecord(3, 0, [0x10, 0, 0, 4]), end].join('\n'), 'a').entry).toBe(0x1_0004)
  })
})

describe('a damaged file is refused with its line', () => {
  const good = [hexRecord(4, 0, [8, 0]), hexRecord(0, 0, [1, 2, 3]), hexRecord(1, 0, [])]
  test.each([
    ['a digit changed', [good[0], good[1]?.replace('010203', '010204'), good[2]], 'IMAGE_LINE_CHECKSUM'],
    ['the end missing', good.slice(0, 2), 'IMAGE_NO_END'],
    ['a line cut', [good[0], good[1]?.slice(0, -2), good[2]], 'IMAGE_LINE_BROKEN'],
    ['an unknown record', [good[0], hexRecord(6, 0, []), good[2]], 'IMAGE_LINE_BROKEN'],
    ['something behind the end', [...good, good[1]], 'IMAGE_AFTER_END'],
    ['other data for the same address', [good[0], good[1], hexRecord(0, 1, [9]), good[2]], 'IMAGE_LINE_OVERLAP'],
    ['no data', [good[0], good[2]], 'IMAGE_EMPTY'],
  ])('Intel HEX: %s', (_, lines, code) => {
    expect(codeOf(() => parseIntelHex(lines.join('\n'), 'a.hex'))).toBe(code)
  })

  const lines = [srecRecord(1, [0, 0], [1, 2]), srecRecord(5, [0, 1], []), srecRecord(9, [0, 0], [])]
  test.each([
    ['a digit changed', [lines[0]?.replace('0102', '0103'), lines[2]], 'IMAGE_LINE_CHECKSUM'],
    ['a record missing', [lines[0], srecRecord(5, [0, 2], []), lines[2]], 'IMAGE_RECORD_COUNT'],
    ['the end and the count missing', lines.slice(0, 1), 'IMAGE_NO_END'],
    ['no such type', [lines[0], srecRecord(4, [0, 0], []), lines[2]], 'IMAGE_LINE_BROKEN'],
    ['beyond the address space', [srecRecord(3, [255, 255, 255, 255], [1, 2]), lines[2]], 'IMAGE_ADDRESS_SPACE'],
  ])('S-records: %s', (_, made, code) => {
    expect(codeOf(() => parseSrec(made.join('\n'), 'a.s19'))).toBe(code)
  })

  test('ELF: cut off, of 64 bits, or with nothing to load', () => {
    const elf = elfOf(40, [{ address: 0x0800_0000, bytes: Uint8Array.of(1, 2, 3, 4), name: 'a' }])
    expect(codeOf(() => parseElf(elf.subarray(0, -1), 'a.elf'))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => parseElf(elf.subarray(0, 20), 'a.elf'))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => parseElf(elfOf(40, []), 'a.elf'))).toBe('ELF_NOTHING_TO_LOAD')
    expect(codeOf(() => parseElf(elf.with(4, 2), 'a.elf'))).toBe('ELF_NOT_32_BIT')
  })
})

describe('a file is told by what it holds', () => {
  const elf = elfOf(94, [{ address: 0x4008_0000, bytes: Uint8Array.of(1), name: 'a' }])
  test('an ELF program for another core, or for a chip that runs none, is refused', () => {
    expect(codeOf(() => parseImage(elf, 'a.bin', 0, 'stm32'))).toBe('ELF_OTHER_MACHINE')
    expect(codeOf(() => parseImage(elf, 'a.bin', 0, 'esp'))).toBe('ELF_NEEDS_CONVERSION')
  })

  test('X and YMODEM send every file as it is', () => {
    const file = text(toHex([{ address: 0, bytes: Uint8Array.of(1), name: 'a' }], 16))
    for (const target of ['xmodem', 'ymodem'] as const) {
      expect(parseImage(file, 'a.hex', 0, target).regions[0]?.bytes).toBe(file)
    }
  })

  test('whatever comes in, nothing but a named refusal comes out, and no more bytes than went in', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map(text),
      regionsArbitrary.map((regions) => text(toHex(regions, 16))),
      regionsArbitrary.map((regions) => text(toSrec(regions, 16))),
      regionsArbitrary.map((regions) => elfOf(40, regions)),
    )
    const damaged = fc
      .tuple(part, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }), fc.nat())
      .map(([bytes, changes, cut]) => {
        const copy = Uint8Array.from(bytes).subarray(0, bytes.length - (cut % 3 === 0 ? cut % (bytes.length + 1) : 0))
        for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value
        return copy
      })
    fc.assert(
      fc.property(damaged, fc.constantFrom(...flashTargets), (bytes, target) => {
        let out = 0
        codeOf(() => {
          for (const region of parseImage(bytes, 'x', 0x1000, target).regions) out += region.bytes.length
        })
        expect(out).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 300 },
    )
  })
})
