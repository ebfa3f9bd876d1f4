import { chipsNamed, flashStart } from './chips.ts'

/** What a range of a chip's address space is, as far as writing it by the UART bootloader is concerned. */
export type MemoryKind =
  | 'flash'
  | 'ram'
  /** ST's bootloader and the device's signature: read-only. */
  | 'system'
  /** Can be written once, for ever. */
  | 'otp'
  | 'options'
  /** Data EEPROM of L0 and L1. */
  | 'eeprom'
  /** Where flash is visible a second time, e.g. at 0 after a boot from flash; nothing is written there. */
  | 'alias'

export interface MemoryRange {
  readonly kind: MemoryKind
  readonly from: number
  /** The first address behind it. */
  readonly to: number
}

/** A series' address space: the largest extent of each memory among its chips, so that what is outside of it is outside in all of them. */
export interface MemoryMap {
  /** As in a part number behind `STM32`: `F4`, `WB`. */
  readonly series: string
  readonly ranges: readonly MemoryRange[]
  /** Offset in the option bytes of the byte that protects for ever at 0xCC; undefined where there is none. */
  readonly protectionAt: number | undefined
}

/** No chip has more. */
const largestFlash = 0x40_0000

const K = 1024
type Row = readonly [kind: MemoryKind, from: number, size: number]
const flash = (kib: number): Row => ['flash', flashStart, kib * K]
const ram = (kib: number, from = 0x2000_0000): Row => ['ram', from, kib * K]
const bootAlias = (kib: number): Row => ['alias', 0, kib * K]

/** Option bytes and system memory at the end of the lower region: F0, F1, F3. */
const lowEnd: readonly Row[] = [
  ['system', 0x1fff_b000, 0x4800],
  ['options', 0x1fff_f800, 0x10],
]
/** F2 and F4; the second block is of chips with two banks. */
const sectorOptions: readonly Row[] = [
  ['options', 0x1fff_c000, 0x10],
  ['options', 0x1ffe_c000, 0x10],
  ['system', 0x1fff_0000, 0x7800],
  ['otp', 0x1fff_7800, 0x210],
  ['system', 0x1fff_7a10, 0x5f0],
]
/** L4, G0, G4, C0, U0, WL; the second block is of chips with two banks. */
const pageOptions: readonly Row[] = [
  ['options', 0x1fff_7800, 0x80],
  ['options', 0x1fff_f800, 0x80],
  ['system', 0x1fff_0000, 0x7000],
  ['otp', 0x1fff_7000, 0x400],
  ['system', 0x1fff_7400, 0x400],
]
/** Option bytes are registers; memories are visible again with the attribute of TrustZone and on the code bus. */
const trustZone = (flashKib: number, ramKib: number): readonly Row[] => [
  flash(flashKib),
  ['alias', 0x0c00_0000, flashKib * K],
  ram(ramKib),
  ram(ramKib, 0x3000_0000),
  ram(ramKib, 0x0a00_0000),
  ram(ramKib, 0x0e00_0000),
  ['system', 0x0bf8_0000, 0x2_0000],
  ['otp', 0x0bfa_0000, 0x1000],
]

/** By series, from the memory maps of the reference manuals (RM0091, RM0008, RM0033, RM0316, RM0090 …). */
const rows: Readonly<Record<string, readonly [protectionAt: number | undefined, ...ranges: readonly Row[]]>> = {
  C0: [0, flash(256), bootAlias(256), ram(36), ...pageOptions],
  F0: [0, flash(256), bootAlias(256), ram(32), ...lowEnd],
  F1: [undefined, flash(1024), bootAlias(1024), ram(96), ...lowEnd],
  F2: [1, flash(1024), bootAlias(1024), ram(128), ram(4, 0x4002_4000), ...sectorOptions],
  F3: [0, flash(512), bootAlias(512), ram(64), ram(16, 0x1000_0000), ...lowEnd],
  F4: [1, flash(2048), bootAlias(2048), ram(384), ram(64, 0x1000_0000), ram(4, 0x4002_4000), ...sectorOptions],
  F7: [
    1,
    flash(2048),
    // Flash on the bus of the instruction TCM.
    ['alias', 0x0020_0000, 2048 * K],
    // Instruction TCM; data TCM and SRAM follow each other.
    ram(16, 0),
    ram(512),
    ram(4, 0x4002_4000),
    ['system', 0x0010_0000, 0xedc0],
    ['system', 0x1ff0_0000, 0xf000],
    ['otp', 0x1ff0_f000, 0x420],
    // Signature; of F72 and F73 together with OTP.
    ['system', 0x1ff0_f420, 0x1000],
    ['options', 0x1fff_0000, 0x20],
  ],
  G0: [0, flash(512), bootAlias(512), ram(144), ...pageOptions],
  G4: [0, flash(512), bootAlias(512), ram(128), ram(32, 0x1000_0000), ...pageOptions],
  H5: [undefined, ...trustZone(2048, 640), ['otp', 0x08ff_f000, 0x800], ['system', 0x08ff_f800, 0x800]],
  H7: [
    undefined,
    flash(2048),
    // Instruction TCM, data TCM, AXI SRAM, SRAM1 to 3, SRAM4, backup SRAM.
    ram(256, 0),
    ram(192),
    ram(1024, 0x2400_0000),
    ram(288, 0x3000_0000),
    ram(64, 0x3800_0000),
    ram(4, 0x3880_0000),
    ['system', 0x1ff0_0000, 0x6_0000],
    ['otp', 0x08ff_f000, 0x400],
    ['system', 0x08ff_f400, 0xc00],
  ],
  L0: [
    0,
    flash(192),
    bootAlias(192),
    ['eeprom', 0x0808_0000, 6 * K],
    ram(20),
    ['system', 0x1ff0_0000, 0x2000],
    ['options', 0x1ff8_0000, 0x20],
    ['system', 0x1ff8_0020, 0x100],
  ],
  L1: [
    0,
    flash(512),
    bootAlias(512),
    ['eeprom', 0x0808_0000, 16 * K],
    ram(80),
    ['system', 0x1ff0_0000, 0x2000],
    ['options', 0x1ff8_0000, 0x20],
    ['system', 0x1ff8_0020, 0x100],
  ],
  L4: [
    0,
    flash(2048),
    bootAlias(2048),
    ram(640),
    ram(64, 0x1000_0000),
    ...pageOptions,
    // L4+ (RM0432 3.4.1).
    ['options', 0x1ff0_0000, 0x30],
    ['options', 0x1ff0_1000, 0x30],
  ],
  L5: [undefined, ...trustZone(512, 256)],
  U0: [0, flash(256), bootAlias(256), ram(40), ...pageOptions],
  U3: [undefined, ...trustZone(2048, 640)],
  U5: [undefined, ...trustZone(4096, 3008), ram(16, 0x2800_0000), ram(16, 0x3800_0000)],
  WB: [
    0,
    flash(1024),
    bootAlias(1024),
    ram(256),
    ram(64, 0x1000_0000),
    ['system', 0x1fff_0000, 0x7000],
    ['otp', 0x1fff_7000, 0x400],
    ['system', 0x1fff_7400, 0x400],
    ['options', 0x1fff_8000, 0x80],
  ],
  WBA: [undefined, ...trustZone(2048, 512)],
  WL: [0, flash(256), bootAlias(256), ram(64), ram(32, 0x1000_0000), ...pageOptions],
}

const maps: readonly MemoryMap[] = Object.entries(rows).map(([series, [protectionAt, ...ranges]]) => ({
  series,
  protectionAt,
  ranges: ranges.map(([kind, from, size]) => ({ kind, from, to: from + size })),
}))

/** For a chip that nobody named: what is RAM, alias or option bytes in any series counts as such. */
const anySeries: MemoryMap = {
  series: '',
  protectionAt: undefined,
  ranges: [
    { kind: 'flash', from: flashStart, to: flashStart + largestFlash },
    ...maps.flatMap(({ ranges }) => ranges.filter(({ kind }) => kind !== 'flash' && kind !== 'eeprom')),
  ],
}

const seriesName = /^STM32(WBA|W[BL]|[A-Z]\d)/i

/** The series of a chip's name, part number or product id (`STM32F40xxx/41xxx`, `STM32WB55RG`, `0x413`); undefined where it is none that is known. */
export const seriesNameOf = (chip: string): string | undefined => {
  const written = [chip.replace(/[\s_-]/g, ''), ...chipsNamed(chip).map(({ series }) => series.name)]
  return written.map((name) => seriesName.exec(name)?.[1]?.toUpperCase() ?? '').find((name) => name in rows)
}

/** The memory map of a chip; without a known series, what every series has in common. */
export const memoryMapOf = (chip: string | undefined): MemoryMap => {
  const series = chip === undefined ? undefined : seriesNameOf(chip)
  return maps.find((map) => map.series === series) ?? anySeries
}

/** The range that holds an address; option bytes come first, because series without names overlap. */
export const rangeAt = ({ ranges }: MemoryMap, address: number): MemoryRange | undefined => {
  const found = ranges.filter(({ from, to }) => address >= from && address < to)
  return found.find(({ kind }) => kind === 'options') ?? found[0]
}

/** Memory size codes of part numbers in KiB (datasheets, "Ordering information"). */
const sizeCodes: Readonly<Record<string, number>> = {
  3: 8,
  4: 16,
  5: 24,
  6: 32,
  8: 64,
  B: 128,
  Z: 192,
  C: 256,
  D: 384,
  E: 512,
  Y: 640,
  F: 768,
  G: 1024,
  H: 1536,
  I: 2048,
  J: 4096,
}
/** Series and line, pins, size: `STM32 F103 C 8`, `STM32 WB55 R G`. `x` stands for any number of pins. */
const partNumber = /^(?:STM32)?(WBA\d\d|W[BL][0-9A-Z]\d|[A-Z]\d[0-9A-Z]{2})([A-WYZ])([0-9A-Z])/i

/** Bytes of flash that a part number names (`STM32F103C8`: 64 KiB); undefined for a family's name. */
export const flashOfPart = (chip: string): number | undefined => {
  const [, line = '', , code = ''] = partNumber.exec(chip.replace(/[\s_-]/g, '')) ?? []
  // WB10 and WB15 have 320 KiB under the letter of 256.
  if (/^WB1[05]/i.test(line)) return 320 * K
  const kib = sizeCodes[code.toUpperCase()]
  return kib === undefined ? undefined : kib * K
}

/** Bytes of flash that a chip of this name or part number has at most. */
export const flashLimitOf = (chip: string | undefined): number => {
  if (chip === undefined) return largestFlash
  const largest = memoryMapOf(chip).ranges.find(({ kind }) => kind === 'flash')
  const named = Math.max(...chipsNamed(chip).map(({ maxFlash }) => maxFlash))
  if (Number.isFinite(named)) return Math.min(named, flashOfPart(chip) ?? named)
  return flashOfPart(chip) ?? (largest ? largest.to - largest.from : largestFlash)
}
