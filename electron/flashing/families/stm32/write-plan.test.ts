import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Region } from '../../flasher.ts'
import { chipOf, chips, flashStart, type Stm32Chip } from './chips.ts'
import type { PlanFacts } from './erase-plan.ts'
import { type BankMode, flashLayoutOf } from './flash-layout.ts'
import { planOf } from './write-plan.ts'

const facts = (
  chip: Stm32Chip | undefined,
  more: Partial<PlanFacts> & { readonly mode?: BankMode } = {},
): PlanFacts => ({
  productId: '0x777',
  chip,
  flashSize: undefined,
  layout: chip && flashLayoutOf(chip, more.flashSize, more.mode),
  erase: 'pages',
  ...more,
})

const f4 = chipOf(0x413)
const l4 = chipOf(0x415)
const l0 = chipOf(0x417)

const region = (offset: number, length: number, name = `${offset}`): Region => ({
  address: flashStart + offset,
  bytes: new Uint8Array(length).fill(0x11),
  name,
})
const erased = (regions: readonly Region[], about: PlanFacts) => planOf(regions, about).erase

it('erases exactly the sectors that an image touches', () => {
  expect(erased([region(0, 1)], facts(f4))).toEqual([0])
  expect(erased([region(0xffff, 2)], facts(f4))).toEqual([3, 4])
  expect(erased([region(0x2_0000, 0x2_0001)], facts(f4))).toEqual([5, 6])
  expect(erased([region(0, 10), region(0x4_0000, 10)], facts(f4))).toEqual([0, 6])
  expect(erased([region(4095, 2)], facts(l4))).toEqual([1, 2])
  expect(erased([region(127, 2)], facts(l0))).toEqual([0, 1])
})

it('names the images that share a page, and none of a file’s own pieces', () => {
  const both = planOf([region(0, 10, 'boot.bin'), region(100, 10, 'app.bin'), region(200, 10, 'app.bin')], facts(f4))
  expect(both.shared).toEqual([{ address: flashStart, first: 'boot.bin', second: 'app.bin' }])
  expect(planOf([region(0, 10, 'a.hex'), region(100, 10, 'a.hex')], facts(f4)).shared).toEqual([])
})

describe('for any chip, part and images', () => {
  const parts = chips.flatMap((chip) =>
    [chip.minFlash, chip.maxFlash].flatMap((flashSize) =>
      (['single', 'dual'] as const).flatMap((mode) => {
        const layout = flashLayoutOf(chip, flashSize, mode)
        return layout ? [{ chip, flashSize, mode, layout }] : []
      }),
    ),
  )
  const anyPart = fc.constantFrom(...parts)
  /** Images anywhere in flash, as fractions of it. */
  const places = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9_000 })), {
    minLength: 1,
    maxLength: 5,
  })

  it('no page is erased beyond those that hold a byte of an image, and none of these is left out', () => {
    fc.assert(
      fc.property(anyPart, places, ({ chip, flashSize, mode, layout }, some) => {
        const numbered = layout.pages.filter(({ number }) => number !== undefined)
        const last = numbered.at(-1)
        const size = last ? last.address + last.bytes - flashStart : 0
        let free = 0
        const regions = some.flatMap(([share, length]) => {
          const from = Math.max(free, Math.floor(share * size))
          const bytes = Math.min(length, size - from)
          if (bytes <= 0) return []
          free = from + bytes
          return [region(from, bytes)]
        })
        if (regions.length === 0) return
        const numbers = erased(regions, facts(chip, { flashSize, mode }))
        // What the chip does, byte by byte: a page of this number goes, its neighbours stay.
        const gone = new Set(numbers === 'chip' ? [] : numbers)
        for (const page of numbered) {
          const holds = regions.some(
            ({ address, bytes }) => address < page.address + page.bytes && address + bytes.length > page.address,
          )
          expect(gone.has(page.number ?? -1), `${chip.name} page ${page.number}`).toBe(holds)
        }
        expect([...gone]).toEqual([...gone].sort((left, right) => left - right))
      }),
    )
  })

  it('writes every byte once and where it belongs, in whole granules of at most 256 bytes', () => {
    const pieces = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 300 }), fc.uint8Array({ minLength: 1, maxLength: 700 })),
      { minLength: 1, maxLength: 6 },
    )
    const some = fc.constantFrom(f4, l4, l0, chipOf(0x450), chipOf(0x482), undefined)
    fc.assert(
      fc.property(pieces, some, fc.constantFrom('mass', 'none'), (given, chip, erase) => {
        const blank = chip?.series.erased ?? 0xff
        const memory = new Uint8Array(8192).fill(blank)
        const expected = new Uint8Array(8192).fill(blank)
        const granule = chip?.series.granule ?? 32
        let at = 0
        const regions = given.map(([gap, bytes], index) => {
          at += gap
          const address = flashStart + at
          expected.set(bytes, at)
          at += bytes.length
          return { address, bytes, name: `${index}` }
        })
        const plan = planOf(regions.toReversed(), facts(chip, { erase, flashSize: chip?.maxFlash }))
        const written = new Set<number>()
        for (const { address, bytes } of plan.writes) {
          expect(address % granule).toBe(0)
          expect(bytes.length % granule).toBe(0)
          expect(bytes.length).toBeLessThanOrEqual(256)
          expect(written.has(address)).toBe(false)
          written.add(address)
          memory.set(bytes, address - flashStart)
        }
        expect(Buffer.compare(memory, expected)).toBe(0)
        expect(plan.total).toBe(plan.writes.reduce((sum, { bytes }) => sum + bytes.length, 0))
        // Also what need not be written is read back.
        const checked = new Uint8Array(8192).fill(blank)
        for (const { address, bytes } of plan.blocks) checked.set(bytes, address - flashStart)
        expect(Buffer.compare(checked, expected)).toBe(0)
        return undefined
      }),
    )
  })
})

describe('refuses what could erase something else', () => {
  const code = (about: PlanFacts, regions: readonly Region[] = [region(0, 10)]) => {
    try {
      planOf(regions, about)
      return 'planned'
    } catch (error) {
      return (error as { readonly code: string }).code
    }
  }
  const h7 = facts(chipOf(0x450), { flashSize: 1024 * 1024 })

  it.each([
    ['pages of an unknown chip', facts(undefined), 'STM32_CHIP_UNKNOWN'],
    ['pages that depend on a bit that was not read', facts(chipOf(0x470)), 'STM32_BANKS_UNKNOWN'],
    [
      'mass erase where there is none and the size is unknown',
      facts(l0, { erase: 'mass' }),
      'STM32_MASS_ERASE_MISSING',
    ],
  ])('%s', (_, about, expected) => expect(code(about)).toBe(expected))

  it('an image in the gap between the banks of an H743VG, across it, or in pages without a certain number', () => {
    expect(code(h7, [region(0x8_0000, 10)])).toBe('STM32_FLASH_GAP')
    expect(code(h7, [region(0x7_fff0, 0x20)])).toBe('STM32_FLASH_GAP')
    expect(code(h7, [region(0x10_0000, 10)])).toBe('STM32_PAGES_UNNUMBERED')
    expect(code({ ...h7, erase: 'mass' }, [region(0x10_0000, 10)])).toBe('planned')
    expect(code(h7, [region(0x17_fff0, 0x11)])).toBe('STM32_OUTSIDE_FLASH')
  })
})

it('erases a chip without mass erase page by page', () => {
  expect(erased([region(0, 10)], facts(l0, { erase: 'mass', flashSize: 32 * 1024 }))).toEqual(
    Array.from({ length: 256 }, (_, page) => page),
  )
  expect(erased([region(0, 10)], facts(f4, { erase: 'mass' }))).toBe('chip')
})

it('takes 0 for erased where the chip does, and writes 0xFF there', () => {
  const ones = { ...region(0, 512), bytes: new Uint8Array(512).fill(0xff) }
  const zeros = { ...region(1024, 512), bytes: new Uint8Array(512) }
  expect(planOf([ones, zeros], facts(l0)).writes.map(({ address }) => address - flashStart)).toEqual([0, 256])
  expect(planOf([ones, zeros], facts(f4)).writes.map(({ address }) => address - flashStart)).toEqual([1024, 1280])
})
