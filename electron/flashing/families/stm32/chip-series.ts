/** Where a series stores the unit's id and flash size (reference manuals, "Device electronic signature"). */
export interface Signature {
  /** Addresses of the unique id's three words. */
  readonly unit: readonly [number, number, number]
  /** Address of the flash size in KiB, 16 bits; undefined where the chip stores none. */
  readonly size: number | undefined
}

/** How the flash of a series is divided into what is erased at once (reference manuals, "Flash memory organization"). */
export type Division =
  /** Pages of one size, numbered through, also over two banks; in parts of `contested` bytes sources disagree about the second half. */
  | { readonly kind: 'pages'; readonly bytes: number; readonly contested?: number }
  /** Sectors from the start of flash; the last size repeats. */
  | { readonly kind: 'sectors'; readonly bytes: readonly number[] }
  /** Two banks of equal sectors, the second one always `bank` bytes above the first, whatever the part's size is. */
  | { readonly kind: 'spread'; readonly bytes: number; readonly bank: number }
  /** Sectors of `single` or, in two banks of a half each, of `dual`; with more than `always` bytes the chip always has two banks. */
  | {
      readonly kind: 'sectors-by-option'
      readonly single: readonly number[]
      readonly dual: readonly number[]
      readonly always: number
      readonly option: BankOption
    }
  /** Pages of `single` bytes, in two banks of `dual` bytes; `bank`: the second one's distance where it is fixed. */
  | {
      readonly kind: 'pages-by-option'
      readonly single: number
      readonly dual: number
      readonly bank?: number
      readonly option: BankOption
    }

/** The option bit that decides between one bank and two. */
export interface BankOption {
  readonly address: number
  readonly bit: number
  /** The bit in parts that are smaller than the largest; left out: the same. */
  readonly smallerBit?: number
  /** The bit's value for two banks. */
  readonly dual: 0 | 1
  /** Sizes in bytes at which the bit counts; left out: all. */
  readonly sizes?: readonly number[]
}

/** What the chips of a series have in common. */
export interface Series {
  readonly name: string
  readonly signature: Signature
  /** Bytes programmed at once: writes begin and end at a multiple. */
  readonly granule: number
  /** What erased flash reads as. */
  readonly erased: 0xff | 0x00
  /** The bootloader supports mass erase. */
  readonly massErase: boolean
}

const K = 1024
const words = (base: number, second = 4, third = 8): readonly [number, number, number] => [
  base,
  base + second,
  base + third,
]

const series = (
  name: string,
  unit: readonly [number, number, number],
  size: number | undefined,
  granule: number,
  rest: { readonly erased?: 0xff | 0x00; readonly massErase?: boolean } = {},
): Series => ({ name, signature: { unit, size }, granule, erased: 0xff, massErase: true, ...rest })

// Erased flash of L0 and L1 reads 0 (RM0367, RM0038: "Flash program memory"; OpenOCD). Their bootloaders refuse mass erase (stm32loader for
// both series; stm32flash for 0x416, 0x417, 0x427, 0x429 and 0x437).
const l = { erased: 0x00, massErase: false } as const

/** Addresses: ST's CMSIS headers (UID_BASE, FLASHSIZE_BASE) and OpenOCD or stlink agree. Granules: reference manuals and OpenOCD agree. */
export const seriesOf = {
  c0: series('STM32C0', words(0x1fff_7550), 0x1fff_75a0, 8),
  f0: series('STM32F0', words(0x1fff_f7ac), 0x1fff_f7cc, 4),
  f1: series('STM32F1', words(0x1fff_f7e8), 0x1fff_f7e0, 4),
  f2: series('STM32F2', words(0x1fff_7a10), 0x1fff_7a22, 4),
  f3: series('STM32F3', words(0x1fff_f7ac), 0x1fff_f7cc, 4),
  f4: series('STM32F4', words(0x1fff_7a10), 0x1fff_7a22, 4),
  f7: series('STM32F7', words(0x1ff0_f420), 0x1ff0_f442, 4),
  f72: series('STM32F7', words(0x1ff0_7a10), 0x1ff0_7a22, 4),
  g0: series('STM32G0', words(0x1fff_7590), 0x1fff_75e0, 8),
  g4: series('STM32G4', words(0x1fff_7590), 0x1fff_75e0, 8),
  // Granule of H5: RM0481 and RM0492, 128-bit words (one source).
  h5: series('STM32H5', words(0x08ff_f800), 0x08ff_f80c, 16),
  h7: series('STM32H7', words(0x1ff1_e800), 0x1ff1_e880, 32),
  h7ab: series('STM32H7', words(0x08ff_f800), 0x08ff_f80c, 16),
  // CMSIS has no flash size for H7R/S: every part has 64 KiB.
  h7rs: series('STM32H7', words(0x08ff_f800), undefined, 16),
  l0: series('STM32L0', words(0x1ff8_0050, 4, 0x14), 0x1ff8_007c, 4, l),
  l1: series('STM32L1', words(0x1ff8_0050, 4, 0x14), 0x1ff8_004c, 4, l),
  l1plus: series('STM32L1', words(0x1ff8_00d0, 4, 0x14), 0x1ff8_00cc, 4, l),
  l4: series('STM32L4', words(0x1fff_7590), 0x1fff_75e0, 8),
  l5: series('STM32L5', words(0x0bfa_0590), 0x0bfa_05e0, 8),
  u031: series('STM32U0', words(0x1fff_3e50), 0x1fff_3ea0, 8),
  u0: series('STM32U0', words(0x1fff_6e50), 0x1fff_6ea0, 8),
  u3: series('STM32U3', words(0x0bfa_0700), 0x0bfa_07a0, 8),
  u5: series('STM32U5', words(0x0bfa_0700), 0x0bfa_07a0, 16),
  wb: series('STM32WB', words(0x1fff_7590), 0x1fff_75e0, 8),
  wba2: series('STM32WBA', words(0x0bf8_d700), 0x0bf8_d7a0, 8),
  wba5: series('STM32WBA', words(0x0bf9_0700), 0x0bf9_07a0, 16),
  wba6: series('STM32WBA', words(0x0bfa_0700), 0x0bfa_07a0, 16),
  wl: series('STM32WL', words(0x1fff_7590), 0x1fff_75e0, 8),
} as const satisfies Readonly<Record<string, Series>>

const pages = (bytes: number): Division => ({ kind: 'pages', bytes })
/** The first sizes once, then the last one until the bank ends. */
const rising = (first: number): readonly number[] => [first, first, first, first, 4 * first, 8 * first]

/** The divisions, by what is characteristic of them. */
export const divisions = {
  pages128: pages(128),
  pages256: pages(256),
  pages1k: pages(K),
  pages2k: pages(2 * K),
  pages4k: pages(4 * K),
  pages8k: pages(8 * K),
  // In U5F/G parts of 2 MiB the second bank is at 0x08200000 (ST's pack) or at 0x08100000 (OpenOCD).
  u5f: { kind: 'pages', bytes: 8 * K, contested: 2048 * K },
  // H72x and H73x have one bank (RM0468; OpenOCD).
  pages128k: pages(128 * K),
  // PM0059, RM0090: 16, 64 and 128 KiB.
  rising16k: { kind: 'sectors', bytes: rising(16 * K) },
  // RM0385: 32, 128 and 256 KiB.
  rising32k: { kind: 'sectors', bytes: rising(32 * K) },
  // The second bank always begins at 0x08100000 (RM0433, RM0455; OpenOCD, ST's packs).
  spread128k: { kind: 'spread', bytes: 128 * K, bank: 1024 * K },
  spread8k: { kind: 'spread', bytes: 8 * K, bank: 1024 * K },
  // RM0090, "Option bytes": DB1M counts in parts of 1 MiB; OpenOCD reads it in FLASH_OPTCR.
  f42: {
    kind: 'sectors-by-option',
    single: rising(16 * K),
    dual: rising(16 * K),
    always: 1024 * K,
    option: { address: 0x1fff_c008, bit: 14, dual: 1, sizes: [1024 * K] },
  },
  // RM0410, "Option bytes": nDBANK. ST's packs have the same two divisions.
  f76: {
    kind: 'sectors-by-option',
    single: rising(32 * K),
    dual: rising(16 * K),
    always: Number.POSITIVE_INFINITY,
    option: { address: 0x1fff_0008, bit: 13, dual: 0 },
  },
  // RM0440, "Option bytes": DBANK; in smaller parts a gap remains between the banks (OpenOCD).
  g47: {
    kind: 'pages-by-option',
    single: 4 * K,
    dual: 2 * K,
    bank: 256 * K,
    option: { address: 0x1fff_7800, bit: 22, dual: 1 },
  },
  // RM0432, "Option bytes": DBANK, in smaller parts DB1M or DB512K (OpenOCD).
  l4plus: {
    kind: 'pages-by-option',
    single: 8 * K,
    dual: 4 * K,
    option: { address: 0x1ff0_0000, bit: 22, smallerBit: 21, dual: 1 },
  },
  // RM0438, FLASH_OPTR: DBANK (OpenOCD); L5 shows its option bytes as registers only.
  l5: {
    kind: 'pages-by-option',
    single: 4 * K,
    dual: 2 * K,
    option: { address: 0x4002_2040, bit: 22, dual: 1 },
  },
} as const satisfies Readonly<Record<string, Division>>
