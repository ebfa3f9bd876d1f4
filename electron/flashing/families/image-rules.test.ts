import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flashReasonText } from '#shared/flash-reasons.ts'
import { type FlashTarget, flashTargets } from '#shared/targets/index.ts'
import { espImage, partitionTable } from '../../../test/flashing/esp-images.ts'
import { FlashError, type Identity, type Region } from '../flasher.ts'
import { parseEspImage } from '../images/esp-image.ts'
import { findProblems as findByRules, refuseProblems } from '../images/image-rules.ts'
import { withFlashParameters } from './esp/flash-header.ts'
import { families } from './index.ts'

const megabyte = 1024 * 1024
const chip = (name: string, flashSize = 4 * megabyte): Identity => ({ unit: '00', chip: name, flashSize, facts: {} })
const region = (address: number, bytes: Uint8Array, name = 'image.bin'): Region => ({ address, bytes, name })

const findProblems = (regions: readonly Region[], target: FlashTarget, known: Identity | undefined) =>
  findByRules(regions, families[target].images, known)
const checkImage = (
  regions: readonly Region[],
  target: FlashTarget,
  identity: Identity,
  options: Readonly<Record<string, unknown>> = {},
) => refuseProblems(regions, families[target].images, identity, options)

const vectors = (stack: number, reset: number, size = 64): Uint8Array => {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, stack, true)
  view.setUint32(4, reset, true)
  return bytes
}

const refused = (
  regions: readonly Region[],
  target: 'esp' | 'stm32',
  identity: Identity,
  options: Readonly<Record<string, unknown>> = {},
): string => {
  try {
    checkImage(regions, target, identity, options)
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    expect(flashReasonText(error.code, 'en', error.data)).not.toMatch(/…|undefined/)
    return error.code
  }
  return 'none'
}

const oddities = (...given: Parameters<typeof checkImage>): string[] => checkImage(...given).map(({ code }) => code)

/** All parts in one file, as `esptool merge_bin` makes it. */
const mergedImage = (chipId: number, boot: number, appChip = chipId): Uint8Array => {
  const merged = new Uint8Array(0x30000).fill(0xff)
  merged.set(espImage(chipId, 20_000), boot)
  merged.set(partitionTable([0x10000, 0x100000]), 0x8000)
  merged.set(espImage(appChip, 100_000), 0x10000)
  return merged
}

describe('for chips of Espressif', () => {
  test('boot loader, table and app at their places pass without a word', () => {
    const regions = [
      region(0x1000, espImage(0, 20_000)),
      region(0x8000, partitionTable([0x10000, 0x100000])),
      region(0x10000, espImage(0, 100_000)),
    ]
    expect(oddities(regions, 'esp', chip('ESP32'))).toEqual([])
    expect(oddities([region(0, mergedImage(0, 0x1000))], 'esp', chip('ESP32'))).toEqual([])
    expect(oddities([region(0, mergedImage(5, 0))], 'esp', chip('ESP32-C3'))).toEqual([])
    expect(oddities([region(0, espImage('esp8266', 9000))], 'esp', chip('ESP8266'))).toEqual([])
  })

  test('a merged image for another chip is found out, and one app of another chip within it', () => {
    expect(refused([region(0, mergedImage(5, 0))], 'esp', chip('ESP32-S3'))).toBe('IMAGE_OTHER_CHIP')
    expect(refused([region(0, mergedImage(0, 0x1000, 9))], 'esp', chip('ESP32'))).toBe('IMAGE_OTHER_CHIP')
    expect(refused([region(0, espImage('esp8266', 9000))], 'esp', chip('ESP32-C3'))).toBe('IMAGE_OTHER_CHIP')
  })

  test('an ESP32 boot loader at the address of other chips is refused', () => {
    const regions = [region(0x1000, new Uint8Array(5000)), region(0x10000, espImage(0, 5000))]
    expect(refused(regions, 'esp', chip('ESP32'))).toBe('ESP_NOT_BOOTABLE')
  })

  test('a byte changed is found by checksum or digest, wherever it is', () => {
    const image = espImage(5, 3000)
    fc.assert(
      fc.property(fc.integer({ min: 24, max: image.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = image.with(at, (image[at] ?? 0) ^ change)
        expect(refused([region(0, broken)], 'esp', chip('ESP32-C3'))).toMatch(/^ESP_IMAGE_(TRUNCATED|CHECKSUM|DIGEST)$/)
      }),
      { numRuns: 60 },
    )
  })

  test('a cut image, one beyond the flash, one amid a sector, and a partition beyond the flash are refused', () => {
    const image = espImage(5, 9000)
    const c3 = chip('ESP32-C3')
    expect(refused([region(0, image.subarray(0, 5000))], 'esp', c3)).toBe('ESP_IMAGE_TRUNCATED')
    expect(refused([region(0x3ff000, image)], 'esp', c3)).toBe('IMAGE_BEYOND_FLASH')
    expect(refused([region(0x10100, image)], 'esp', c3)).toBe('IMAGE_UNALIGNED')
    const table = [region(0, image), region(0x8000, partitionTable([0x10000, 0x600000]))]
    expect(refused(table, 'esp', c3)).toBe('ESP_PARTITION_BEYOND_FLASH')
  })

  test('overlaps and firmware of an STM32 are refused', () => {
    const image = espImage(5, 9000)
    const c3 = chip('ESP32-C3')
    expect(refused([region(0, image), region(0x2000, image)], 'esp', c3)).toBe('REGIONS_OVERLAP')
    expect(refused([region(0x10000, vectors(0x2000_5000, 0x0800_0131))], 'esp', c3)).toBe('IMAGE_OTHER_TARGET')
  })

  test('an app alone, and a file where no partition begins, are worth a word', () => {
    expect(oddities([region(0x10000, espImage(5, 9000))], 'esp', chip('ESP32-C3'))).toEqual(['ESP_NO_BOOTLOADER'])
    const regions = [
      region(0, espImage(5, 9000)),
      region(0x8000, partitionTable([0x10000, 0x100000])),
      region(0x12000, new Uint8Array(100)),
    ]
    expect(oddities(regions, 'esp', chip('ESP32-C3'))).toEqual(['ESP_NO_APP', 'ESP_NO_PARTITION_THERE'])
  })

  test('a boot loader built for a larger flash is worth a word, as the recipe may change its header', () => {
    expect(oddities([region(0, espImage(5, 9000))], 'esp', chip('ESP32-C3', 2 * megabyte))).toEqual([
      'ESP_HEADER_FLASH_SIZE',
    ])
  })

  test('data that happen to begin with the magic of an image are data', () => {
    const data = new Uint8Array(8192).fill(0xe9)
    expect(oddities([region(0, espImage(5, 9000)), region(0x200000, data)], 'esp', chip('ESP32-C3'))).toEqual([])
  })
})

describe('flash parameters', () => {
  const image = espImage(0, 5000)
  const keep = { flashMode: 'keep', flashFreq: 'keep', flashSize: 'keep' } as const

  test('leave the very bytes alone where all is kept, and are one array for all that ask for the same', () => {
    expect(withFlashParameters(image, 0, keep, chip('ESP32'))).toBe(image)
    const first = withFlashParameters(image, 0, { ...keep, flashMode: 'qio' }, chip('ESP32'))
    expect(first).not.toBe(image)
    expect(withFlashParameters(image, 0, { ...keep, flashMode: 'qio' }, chip('ESP32'))).toBe(first)
  })

  test('leave a sound image, also within a merged one', () => {
    const merged = mergedImage(0, 0x1000)
    const changed = withFlashParameters(
      merged,
      0x1000,
      { flashMode: 'dout', flashFreq: '26m', flashSize: '16MB' },
      chip('ESP32'),
    )
    expect(parseEspImage(changed.subarray(0x1000), 'a').chip).toBe('ESP32')
    expect([...changed.subarray(0x1002, 0x1004)]).toEqual([3, 0x41])
    expect(Buffer.compare(changed.subarray(0x8000), merged.subarray(0x8000))).toBe(0)
  })

  test('which the chip does not have are refused', () => {
    const ask = () => withFlashParameters(espImage(16, 500), 0, { ...keep, flashFreq: '80m' }, chip('ESP32-H2'))
    expect(ask).toThrow(FlashError)
  })
})

describe('for STM32', () => {
  const f4 = chip('STM32F40xxx/41xxx', megabyte)
  const start = 0x0800_0000
  const program = (stack: number, reset = 0x0800_0189) => region(start, vectors(stack, reset, 1024))

  test.each([
    ['STM32F40xxx/41xxx', 0x2002_0000],
    ['STM32F407VG', 0x1001_0000],
    ['STM32H743ZI', 0x2408_0000],
    ['STM32H743ZI', 0x2002_0000],
    ['STM32H743ZI', 0x3004_8000],
    ['STM32F767ZI', 0x2008_0000],
    ['STM32F767ZI', 0x4000],
    ['STM32L476RG', 0x1000_8000],
    ['STM32U585AI', 0x300c_0000],
    ['of no series that is known', 0x2408_0000],
  ])('a program for %s whose stack begins at %i passes', (name, stack) => {
    expect(refused([program(stack)], 'stm32', chip(name, megabyte))).toBe('none')
  })

  test('a program linked to the other bus of an F7’s flash passes, one linked to where no flash is does not', () => {
    const itcm = program(0x2002_0000, 0x0020_0189)
    expect(refused([itcm], 'stm32', chip('STM32F746NG', megabyte))).toBe('none')
    expect(refused([itcm], 'stm32', f4)).toBe('IMAGE_NO_VECTORS')
  })

  test.each([
    ['text', new TextEncoder().encode('not a program at all')],
    ['an even reset address', vectors(0x2002_0000, 0x0800_0188)],
    ['a stack in flash', vectors(0x0800_1000, 0x0800_0189)],
    ['an empty flash', new Uint8Array(64).fill(0xff)],
  ])('%s is refused there, unless the recipe says that flash starts with data', (_, bytes) => {
    const regions = [region(start, bytes)]
    expect(refused(regions, 'stm32', f4)).toBe('IMAGE_NO_VECTORS')
    expect(refused(regions, 'stm32', f4, { startsWith: 'data' })).toBe('none')
  })

  test('a stack in RAM that only other chips have, and a reset handler that is not written, are refused', () => {
    expect(refused([program(0x2402_0000)], 'stm32', f4)).toBe('STM32_STACK_OUTSIDE')
    expect(refused([program(0x2002_0000)], 'stm32', chip('STM32F103C8', 65_536))).toBe('STM32_STACK_OUTSIDE')
    expect(refused([program(0x2000_5000, 0x0801_0189)], 'stm32', f4)).toBe('STM32_RESET_OUTSIDE')
    const rest = region(0x0801_0000, new Uint8Array(0x400))
    expect(refused([program(0x2000_5000, 0x0801_0189), rest], 'stm32', f4)).toBe('none')
  })

  test('data elsewhere pass, an ESP image does not', () => {
    expect(refused([region(0x0800_8000, new Uint8Array(64))], 'stm32', f4)).toBe('none')
    expect(refused([region(start, espImage(0, 500))], 'stm32', f4)).toBe('IMAGE_OTHER_TARGET')
  })

  test('a bootloader with an app behind it passes; an app at an address that it is not linked to is worth a word', () => {
    const boot = program(0x2000_5000)
    const app = region(0x0800_8000, vectors(0x2002_0000, 0x0800_8189, 1024), 'app.bin')
    expect(oddities([boot, app], 'stm32', f4)).toEqual([])
    expect(oddities([app], 'stm32', f4)).toEqual([])
    const misplaced = { ...app, address: 0x0800_c000 }
    expect(oddities([boot, misplaced], 'stm32', f4)).toEqual(['STM32_LINKED_ELSEWHERE'])
  })

  test.each([
    ['RAM', 0x2000_0000, 'STM32_IN_RAM'],
    ['core-coupled RAM', 0x1000_0000, 'STM32_IN_RAM'],
    ['system memory', 0x1fff_0000, 'STM32_IN_SYSTEM_MEMORY'],
    ['OTP', 0x1fff_7800, 'STM32_IN_OTP'],
    ['the option bytes', 0x1fff_c000, 'STM32_OPTION_BYTES'],
    ['those of the second bank', 0x1ffe_c000, 'STM32_OPTION_BYTES'],
    ['a quad SPI flash', 0x9000_0000, 'STM32_IN_EXTERNAL_MEMORY'],
    ['a peripheral', 0x4002_3c00, 'STM32_UNMAPPED'],
    ['nothing', 0x0b00_0000, 'STM32_UNMAPPED'],
    ['beyond the flash', start + megabyte, 'STM32_OUTSIDE_FLASH'],
    ['the end of flash', start + megabyte - 8, 'STM32_OUTSIDE_FLASH'],
  ])('what goes to %s of an F4 is refused by that name', (_, address, code) => {
    expect(refused([program(0x2000_5000), region(address, new Uint8Array(16), 'more.hex')], 'stm32', f4)).toBe(code)
  })

  test('the same address is another memory in another series', () => {
    const at = (address: number, name: string) => {
      const [first] = findProblems([region(address, new Uint8Array(8))], 'stm32', { ...f4, chip: name })
      return first?.code
    }
    expect(at(0x0808_0000, 'STM32L152RE')).toBe('STM32_IN_EEPROM')
    expect(at(0x1fff_7800, 'STM32L476RG')).toBe('STM32_OPTION_BYTES')
    expect(at(0x1fff_8000, 'STM32WB55RG')).toBe('STM32_OPTION_BYTES')
    expect(at(0x0c00_0000, 'STM32U585AI')).toBe('STM32_IN_ALIAS')
    expect(at(0x0c00_0000, 'STM32F407VG')).toBe('STM32_UNMAPPED')
  })

  test('without a smallest flash in the recipe, the part number tells, else the largest of the series', () => {
    const codes = (name: string, end: number) => {
      const regions = [region(start + end - 8, new Uint8Array(16))]
      const known = { ...chip(name), flashSize: undefined }
      return findByRules(regions, families.stm32.images, known, { erase: 'none' }).map(({ code }) => code)
    }
    expect(codes('STM32F103C8', 65_536)).toEqual(['STM32_OUTSIDE_FLASH'])
    expect(codes('STM32F103CB', 65_536)).toEqual([])
    expect(codes('STM32F407VG', megabyte)).toEqual(['STM32_OUTSIDE_FLASH'])
    expect(codes('STM32F40xxx/41xxx', megabyte)).toEqual(['STM32_OUTSIDE_FLASH'])
    expect(codes('0x413', megabyte)).toEqual(['STM32_OUTSIDE_FLASH'])
    expect(codes('STM32F4', megabyte)).toEqual([])
    expect(codes('STM32F4', 2 * megabyte)).toEqual(['STM32_OUTSIDE_FLASH'])
  })

  test('option bytes are written on purpose only, said with their values, and never those that lock for ever', () => {
    const options = (...bytes: number[]) => [region(0x1fff_c000, Uint8Array.from(bytes), 'app.hex')]
    const on = { writeOptionBytes: true }
    expect(refused(options(0xef, 0xaa), 'stm32', f4)).toBe('STM32_OPTION_BYTES')
    expect(checkImage(options(0xef, 0xaa), 'stm32', f4, on)).toEqual([
      expect.objectContaining({
        code: 'STM32_OPTION_BYTES_WRITTEN',
        data: expect.objectContaining({ value: 'ef aa' }),
      }),
    ])
    expect(refused(options(0xef, 0xcc), 'stm32', f4, on)).toBe('STM32_OPTION_LEVEL_2')
    expect(refused(options(0xcc, 0xaa), 'stm32', f4, on)).toBe('none')
    expect(refused(options(...new Uint8Array(17)), 'stm32', f4, on)).toBe('STM32_UNMAPPED')
  })

  test('an app that begins within a page is worth a word, unless the recipe writes what is before it there', () => {
    const app = (address: number) => region(address, vectors(0x2000_5000, address + 0x189, 1024), 'app.bin')
    const boot = region(start, vectors(0x2000_5000, start + 0x189, 1024))
    const f103 = chip('STM32F103C8', 65_536)
    expect(oddities([app(0x0800_2400)], 'stm32', f103)).toEqual([])
    expect(oddities([app(0x0800_2600)], 'stm32', f103)).toEqual(['STM32_PAGE_CUT'])
    expect(oddities([app(0x0800_2400)], 'stm32', f4)).toEqual(['STM32_PAGE_CUT'])
    expect(oddities([boot, app(0x0800_2400)], 'stm32', f4)).toEqual([])
    expect(checkImage([app(0x0800_2400)], 'stm32', f4, { erase: 'none' })).toEqual([])
    expect(oddities([app(0x0800_2600)], 'stm32', chip('of no series that is known', 65_536))).toEqual([])
  })

  test('erasing the whole chip and writing nothing where it starts is worth a word', () => {
    const app = [region(0x0800_8000, vectors(0x2002_0000, 0x0800_8189, 1024))]
    expect(checkImage(app, 'stm32', f4, { erase: 'mass' }).map(({ code }) => code)).toEqual(['STM32_NOTHING_AT_START'])
  })
})

test('the dry check lists everything that is wrong, known chip or not', () => {
  const app = region(0x10000, espImage(0, 5000), 'app.bin')
  const boot = region(0x1000, espImage(5, 20_000).subarray(0, 9000), 'boot.bin')
  const codes = (identity: Identity | undefined) => findProblems([app, boot], 'esp', identity).map(({ code }) => code)
  expect(codes(chip('ESP32-S3', 0x8000))).toEqual([
    'IMAGE_BEYOND_FLASH',
    'ESP_IMAGE_TRUNCATED',
    'IMAGE_OTHER_CHIP',
    'ESP_NO_BOOTLOADER',
  ])
  expect(codes(undefined)).toEqual(['ESP_IMAGE_TRUNCATED'])
})

test('whatever the regions, a check ends with warnings or a named refusal', () => {
  const regionArbitrary = fc.record({
    address: fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 0x1000, 0x8000, 0x0800_0000)),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(0xe9, 1, 2, 0x20, 0, 0, 8, 0x40, ...bytes)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(0xaa, 0x50, ...bytes)),
    ),
    name: fc.string(),
  })
  fc.assert(
    fc.property(fc.array(regionArbitrary, { maxLength: 5 }), fc.constantFrom(...flashTargets), (regions, target) => {
      for (const { code, data } of findProblems(regions, target, undefined)) {
        expect(flashReasonText(code, 'zh', data)).toBeDefined()
      }
    }),
  )
})
