import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stm32 } from '../../electron/flashing/families/stm32/index.ts'
import { FlashError, type Region } from '../../electron/flashing/flasher.ts'
import { parseElf } from '../../electron/flashing/images/elf.ts'
import { linkPair } from '../../electron/flashing/links/link-pair.ts'
import { Stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createIdleClock } from '../helpers/idle-clock.ts'
import { buildProgram, linkerScripts, withoutCompiler, withoutSections } from './stm32-programs.ts'

const plain = (regions: readonly Region[]) =>
  regions.map(({ address, bytes }) => [address.toString(16), Buffer.from(bytes).toString('hex')])

const read = (bytes: Uint8Array) => stm32.images.parse(bytes, 'program', null).regions

const codeOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (error instanceof FlashError) return error.code
    throw error
  }
  return 'none'
}

describe.skipIf(withoutCompiler)('an executable of the linker (needs gcc-arm-none-eabi)', () => {
  it.each(linkerScripts)('of %s.ld writes what objcopy’s HEX and S-records write, stripped or not', (script) => {
    const { elf, stripped, hex, srec } = buildProgram(script)
    const expected = plain(read(hex))
    expect(plain(read(srec))).toEqual(expected)
    expect(plain(read(elf))).toEqual(expected)
    expect(plain(read(stripped))).toEqual(expected)
  })

  it('of an app leaves the bootloader beside it alone, though its first segment begins with the file’s header there', async () => {
    const { elf, hex } = buildProgram('app')
    const view = new DataView(elf.buffer)
    const [offset, , physical] = [4, 8, 12].map((at) => view.getUint32(view.getUint32(28, true) + at, true))
    expect([offset, physical]).toEqual([0, 0x0800_0000])

    const clock = createIdleClock()
    let unit: Stm32Target | undefined
    const options = stm32.facts.options.parse({})
    const link = linkPair('slot 1', stm32.settings(options), clock, (line) => {
      unit = new Stm32Target(line, { clock })
      return unit
    })
    const before = Uint8Array.from({ length: 0x4000 }, () => 0xa5)
    await stm32.flasher.flash({
      link,
      clock,
      options,
      regions: read(elf),
      signal: new AbortController().signal,
      beforeErase: () => undefined,
      emit: () => undefined,
    })
    expect(Buffer.compare(unit?.memory.flash.subarray(0, 0x4000) ?? new Uint8Array(0), before)).toBe(0)
    for (const { address, bytes } of read(hex)) {
      const at = address - 0x0800_0000
      expect(Buffer.compare(unit?.memory.flash.subarray(at, at + bytes.length) ?? new Uint8Array(0), bytes)).toBe(0)
    }
  })

  it('without sections is taken only where no segment holds the file’s header', () => {
    const whole = buildProgram('whole')
    expect(plain(read(withoutSections(whole.elf)))).toEqual(plain(read(whole.hex)))
    expect(codeOf(() => read(withoutSections(buildProgram('app').elf)))).toBe('ELF_WITHOUT_SECTIONS')
  })

  it('before linking is no program', () => {
    expect(codeOf(() => read(buildProgram('whole').object))).toBe('ELF_NOTHING_TO_LOAD')
  })
})

/** An executable with one segment and these sections: type, flags, address, offset in the segment, size. */
const elfOf = (
  segment: { readonly address: number; readonly physical: number; readonly size: number },
  sections: readonly (readonly [type: number, flags: number, address: number, offset: number, size: number])[],
): Uint8Array => {
  const data = 52 + 32
  const table = data + segment.size
  const bytes = new Uint8Array(table + 40 * sections.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1])
  view.setUint16(16, 2, true)
  view.setUint16(18, 40, true)
  view.setUint32(28, 52, true)
  view.setUint32(32, table, true)
  for (const [at, value] of [
    [42, 32],
    [44, 1],
    [46, 40],
    [48, sections.length],
  ] as const)
    view.setUint16(at, value, true)
  const header = [1, data, segment.address, segment.physical, segment.size, segment.size, 5, 4]
  for (const [index, word] of header.entries()) view.setUint32(52 + index * 4, word, true)
  for (let at = 0; at < segment.size; at++) bytes[data + at] = at + 1
  for (const [index, [type, flags, address, offset, size]] of sections.entries()) {
    const words = [0, type, flags, address, data + offset, size]
    for (const [place, word] of words.entries()) view.setUint32(table + index * 40 + place * 4, word, true)
  }
  return bytes
}

describe('a segment', () => {
  const flash = 0x0800_0000
  const [contents, zeros, allocated, debug] = [1, 8, 2, 0]

  it('of ARM’s linker holds initialised data behind the code, though these run in RAM', () => {
    const elf = elfOf({ address: flash, physical: flash, size: 12 }, [
      [contents, allocated, flash, 0, 8],
      [contents, allocated, 0x2000_0000, 8, 4],
    ])
    expect(plain(parseElf(elf, 'a.axf').regions)).toEqual([['8000000', '0102030405060708090a0b0c']])
  })

  it('is cut to what sections hold: neither zeros at start-up nor what is only for a debugger', () => {
    const elf = elfOf({ address: flash, physical: flash, size: 16 }, [
      [contents, allocated, flash, 0, 4],
      [zeros, allocated, flash + 4, 4, 4],
      [contents, debug, 0, 8, 4],
      [contents, allocated, flash + 12, 12, 4],
    ])
    expect(plain(parseElf(elf, 'a.elf').regions)).toEqual([
      ['8000000', '01020304'],
      ['800000c', '0d0e0f10'],
    ])
  })

  it('with a section beyond the file, or none with contents, is refused', () => {
    const segment = { address: flash, physical: flash, size: 8 }
    expect(codeOf(() => parseElf(elfOf(segment, [[contents, allocated, flash, 0, 400]]), 'a'))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => parseElf(elfOf(segment, [[zeros, allocated, flash, 0, 8]]), 'a'))).toBe('ELF_NOTHING_TO_LOAD')
  })

  it('whose bytes are claimed for many addresses is refused, instead of filling the memory', () => {
    const many = Array.from({ length: 400 }, (_, at) => [contents, allocated, flash + at * 4096, 0, 4096] as const)
    expect(codeOf(() => parseElf(elfOf({ address: flash, physical: flash, size: 4096 }, many), 'a'))).toBe(
      'IMAGE_SCATTERED',
    )
  })

  it('however it is damaged, ends in regions of its own bytes or in a named refusal', () => {
    const sound = elfOf({ address: flash, physical: flash, size: 64 }, [
      [contents, allocated, flash, 0, 40],
      [zeros, allocated, 0x2000_0000, 40, 8],
      [contents, allocated, 0x2000_0000, 48, 16],
    ])
    const change = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(sound.length), (changes, cut) => {
        const bytes = Uint8Array.from(sound).subarray(0, cut % 3 === 0 ? cut : sound.length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        let out = 0
        codeOf(() => {
          for (const region of parseElf(bytes, 'a').regions) out += region.bytes.length
        })
        expect(out).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
})
