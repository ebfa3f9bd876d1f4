import { describe, expect, it } from 'vitest'
import { chipOf, chips, type Stm32Chip } from './chips.ts'
import { type BankMode, bankModeOf, bankOptionOf, flashLayoutOf } from './flash-layout.ts'

const KIB = 1024
const modes: readonly BankMode[] = [undefined, 'single', 'dual']
/** All sizes of parts between the smallest and the largest of a chip. */
const sizesOf = ({ minFlash, maxFlash }: Stm32Chip): readonly number[] =>
  [8, 16, 32, 64, 128, 192, 256, 320, 384, 512, 768, 1024, 1536, 2048, 4096]
    .map((kib) => kib * KIB)
    .filter((size) => size >= minFlash && size <= maxFlash)

const chip = (id: number): Stm32Chip => {
  const found = chipOf(id)
  if (!found) throw new Error(`no chip ${id.toString(16)}`)
  return found
}
/** What the manual's table says of a page: number, address, KiB. */
const pageOf = (id: number, sizeKib: number, mode: BankMode, number: number) => {
  const page = flashLayoutOf(chip(id), sizeKib * KIB, mode)?.pages.find((one) => one.number === number)
  return page && [`0x${page.address.toString(16).padStart(8, '0')}`, page.bytes / KIB]
}

it('every product id stands in the table once, with a name of its own', () => {
  expect(new Set(chips.map(({ id }) => id)).size).toBe(chips.length)
  expect(new Set(chips.map(({ name }) => name)).size).toBe(chips.length)
  for (const one of chips) expect(one.minFlash, one.name).toBeLessThanOrEqual(one.maxFlash)
})

it('divides every part of every chip into pages that follow each other and hold its whole flash', () => {
  let divided = 0
  for (const one of chips) {
    for (const size of sizesOf(one)) {
      for (const mode of modes) {
        const layout = flashLayoutOf(one, size, mode)
        if (!layout) {
          expect(bankOptionOf(one, size), one.name).toBeDefined()
          expect(mode, one.name).toBeUndefined()
          continue
        }
        divided++
        const { pages } = layout
        expect(pages[0], one.name).toMatchObject({ address: 0x0800_0000, number: 0 })
        expect(pages.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(size)
        for (const [index, page] of pages.entries()) {
          const next = pages[index + 1]
          if (next) expect(page.address + page.bytes).toBeLessThanOrEqual(next.address)
        }
        const numbers = pages.flatMap(({ number }) => (number === undefined ? [] : [number]))
        expect(numbers).toEqual(numbers.map((_, index) => index))
      }
    }
  }
  expect(divided).toBeGreaterThan(chips.length)
})

describe('has the pages of the manuals’ tables', () => {
  it.each([
    // RM0090, "Flash module organization": F40x, F42x.
    [0x413, 1024, undefined, 3, ['0x0800c000', 16]],
    [0x413, 1024, undefined, 4, ['0x08010000', 64]],
    [0x413, 512, undefined, 7, ['0x08060000', 128]],
    [0x419, 2048, undefined, 12, ['0x08100000', 16]],
    [0x419, 2048, undefined, 23, ['0x081e0000', 128]],
    [0x419, 1024, 'single', 11, ['0x080e0000', 128]],
    [0x419, 1024, 'dual', 7, ['0x08060000', 128]],
    // RM0385, RM0410.
    [0x449, 1024, undefined, 7, ['0x080c0000', 256]],
    [0x451, 2048, 'single', 11, ['0x081c0000', 256]],
    [0x451, 2048, 'dual', 12, ['0x08100000', 16]],
    // RM0008: low, medium, high and XL density.
    [0x412, 32, undefined, 31, ['0x08007c00', 1]],
    [0x414, 512, undefined, 255, ['0x0807f800', 2]],
    [0x430, 1024, undefined, 256, ['0x08080000', 2]],
    // RM0367, RM0038: pages of 128 and 256 bytes.
    [0x447, 192, undefined, 1535, ['0x0802ff80', 1 / 8]],
    [0x437, 512, undefined, 2047, ['0x0807ff00', 1 / 4]],
    // RM0433, RM0455, RM0468.
    [0x450, 2048, undefined, 8, ['0x08100000', 128]],
    [0x450, 128, undefined, 0, ['0x08000000', 128]],
    [0x480, 2048, undefined, 255, ['0x081fe000', 8]],
    [0x483, 1024, undefined, 7, ['0x080e0000', 128]],
    // RM0440, RM0432, RM0438.
    [0x469, 512, 'dual', 128, ['0x08040000', 2]],
    [0x469, 512, 'single', 127, ['0x0807f000', 4]],
    [0x470, 2048, 'dual', 256, ['0x08100000', 4]],
    [0x470, 2048, 'single', 255, ['0x081fe000', 8]],
    [0x472, 512, 'dual', 255, ['0x0807f800', 2]],
    // RM0456, RM0481, RM0490, RM0434, RM0453.
    [0x482, 2048, undefined, 128, ['0x08100000', 8]],
    [0x484, 2048, undefined, 255, ['0x081fe000', 8]],
    [0x443, 32, undefined, 15, ['0x08007800', 2]],
    [0x495, 1024, undefined, 255, ['0x080ff000', 4]],
    [0x497, 256, undefined, 127, ['0x0803f800', 2]],
  ] as const)('%i with %i KiB, %s: page %i', (id, size, mode, number, expected) => {
    expect(pageOf(id, size, mode, number)).toEqual(expected)
  })
})

it('numbers no page where sources disagree, and knows where small chips have no flash', () => {
  const ends = (id: number, kib: number, mode: BankMode) => {
    const pages = flashLayoutOf(chip(id), kib * KIB, mode)?.pages ?? []
    return pages.filter(({ number }) => number === undefined).map(({ address }) => address)[0]
  }
  // The second bank of an H743VG, and of a G474CC in two banks, does not follow the first one.
  expect(ends(0x450, 1024, undefined)).toBe(0x0810_0000)
  expect(ends(0x469, 256, 'dual')).toBe(0x0804_0000)
  // The second bank of an F429VG in two banks: sector 12 in the manual, 8 in programmers.
  expect(ends(0x419, 1024, 'dual')).toBe(0x0808_0000)
  expect(ends(0x476, 2048, undefined)).toBe(0x0810_0000)
  expect(ends(0x476, 4096, undefined)).toBeUndefined()
})

it('reads the banks from the bit that counts for the size of the part', () => {
  const mode = (id: number, kib: number, word: number) => {
    const option = bankOptionOf(chip(id), kib * KIB)
    return option && bankModeOf(option, word, kib * KIB === chip(id).maxFlash)
  }
  expect(mode(0x470, 2048, 1 << 22)).toBe('dual')
  expect(mode(0x470, 1024, 1 << 22)).toBe('single')
  expect(mode(0x470, 1024, 1 << 21)).toBe('dual')
  // nDBANK means the contrary.
  expect(mode(0x451, 2048, 1 << 13)).toBe('single')
  expect(mode(0x451, 2048, 0)).toBe('dual')
  expect(mode(0x419, 1024, 1 << 14)).toBe('dual')
  expect(mode(0x419, 2048, 0)).toBeUndefined()
  expect(mode(0x413, 1024, 0)).toBeUndefined()
})
