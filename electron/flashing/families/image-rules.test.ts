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
const checkImage = (regions: readonly Region[], target: FlashTarget, identity: Identity) =>
  refuseProblems(regions, families[target].images, identity)

const vectors = (stack: number, reset: number, size = 64): Uint8Array => {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, stack, true)
  view.setUint32(4, reset, true)
  return bytes
}

const refused = (regions: readonly Region[], target: 'esp' | 'stm32', identity: Identity): string => {
  try {
    checkImage(regions, target, identity)
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
        expect(refused([region(0, broken)], 'esp', chip('ESP32-C3'))).toMatch(/^ESP_IMAGE_(BROKEN|DIGEST)$/)
      }),
      { numRuns: 60 },
    )
  })

  test('a cut image, one beyond the flash, one amid a sector, and a partition beyond the flash are refused', () => {
    const image = espImage(5, 9000)
    const c3 = chip('ESP32-C3')
    expect(refused([region(0, image.subarray(0, 5000))], 'esp', c3)).toBe('ESP_IMAGE_BROKEN')
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
    expect(oddities(regions, 'esp', chip('ESP32-C3'))).toEqual(['ESP_NO_PARTITION_THERE'])
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
  const f4 = chip('STM32F405xx', megabyte)
  test('a vector table at the beginning of the flash passes, also in the upper RAMs', () => {
    for (const stack of [0x2002_0000, 0x1001_0000, 0x2408_0000]) {
      expect(refused([region(0x0800_0000, vectors(stack, 0x0800_0189))], 'stm32', f4)).toBe('none')
    }
  })

  test.each([
    ['text', new TextEncoder().encode('not a program at all')],
    ['an even reset address', vectors(0x2002_0000, 0x0800_0188)],
    ['a stack in flash', vectors(0x0800_1000, 0x0800_0189)],
    ['an empty flash', new Uint8Array(64).fill(0xff)],
  ])('%s is refused there', (_, bytes) => {
    expect(refused([region(0x0800_0000, bytes)], 'stm32', f4)).toBe('IMAGE_NO_VECTORS')
  })

  test('data elsewhere pass, an ESP image does not', () => {
    expect(refused([region(0x0800_8000, new Uint8Array(64))], 'stm32', f4)).toBe('none')
    expect(refused([region(0x0800_0000, espImage(0, 500))], 'stm32', f4)).toBe('IMAGE_OTHER_TARGET')
  })
})

test('the dry check lists everything that is wrong, known chip or not', () => {
  const app = region(0x10000, espImage(0, 5000), 'app.bin')
  const boot = region(0x1000, espImage(5, 20_000).subarray(0, 9000), 'boot.bin')
  const codes = (identity: Identity | undefined) => findProblems([app, boot], 'esp', identity).map(({ code }) => code)
  expect(codes(chip('ESP32-S3', 0x8000))).toEqual([
    'IMAGE_BEYOND_FLASH',
    'ESP_IMAGE_BROKEN',
    'IMAGE_OTHER_CHIP',
    'ESP_NO_BOOTLOADER',
  ])
  expect(codes(undefined)).toEqual(['ESP_IMAGE_BROKEN'])
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
