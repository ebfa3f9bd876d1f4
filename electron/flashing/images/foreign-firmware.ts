import type { Region } from '../flasher.ts'

/*
 * Firmware of other makers, told by the addresses of its file and by its first bytes, so that a wrong file is named as what it is.
 */

const word = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)

/** Exceptions of the core that begin with reset and are always handlers (ARMv6-M ARM, B1.5.3): reset, NMI, HardFault. */
const firstHandlers = [4, 8, 12]

/** A vector table whose program is linked to where the table of most other makers is, at 0. */
const isCortexAtZero = (bytes: Uint8Array): boolean => {
  if (bytes.length < 16) return false
  const stack = word(bytes, 0)
  const inRam = stack > 0x1000_0000 && stack <= 0x3010_0000 && stack % 4 === 0
  return inRam && firstHandlers.every((at) => word(bytes, at) % 2 === 1 && word(bytes, at) < 0x0020_0000)
}

/** LPC's ROM starts a program only if its first eight words add up to 0 (UM10360 32.3.1). */
const isLpc = (bytes: Uint8Array): boolean =>
  bytes.length >= 32 && [0, 4, 8, 12, 16, 20, 24, 28].reduce((sum, at) => (sum + word(bytes, at)) >>> 0, 0) === 0

/** AVR's vectors are jumps: JMP (0x940C) each 4 bytes, or RJMP (0xCxxx) each 2 bytes. */
const isAvr = (bytes: Uint8Array): boolean => {
  const is = (at: number, low: number, high: number) => bytes[at] === low && bytes[at + 1] === high
  const isShort = (at: number) => ((bytes[at + 1] ?? 0) & 0xf0) === 0xc0
  return (
    (is(0, 0x0c, 0x94) && is(4, 0x0c, 0x94)) ||
    (bytes.length >= 12 && [0, 2, 4, 6, 8, 10].every(isShort) && !bytes.subarray(0, 12).every((byte) => byte === 0xc0))
  )
}

/** 8051: LJMP at 0, and a jump, a return from interrupt or nothing at the first interrupt. */
const is8051 = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x02 && bytes.length >= 3 && [undefined, 0x02, 0x32, 0xff].includes(bytes[3])

/** Names what code at address 0 of its chip is by its first bytes; undefined where they do not tell. */
export const foreignCode = (bytes: Uint8Array): string | undefined => {
  if (isCortexAtZero(bytes)) return isLpc(bytes) ? 'LPC (NXP)' : 'Cortex-M at 0x0 (nRF, LPC, EFM32, SAM)'
  if (isAvr(bytes)) return 'AVR'
  return is8051(bytes) ? '8051' : undefined
}

/** Addresses that only one kind of chip has in its files: configuration words, or where its flash begins. */
const places: readonly (readonly [name: string, from: number, to: number])[] = [
  // User information configuration registers (nRF51 RM 8, nRF5340 PS).
  ['nRF5x (Nordic)', 0x1000_1000, 0x1000_1400],
  ['nRF53, nRF91 (Nordic)', 0x00ff_8000, 0x00ff_9000],
  // Configuration words: of 14-bit cores at word 0x2007 or 0x8007, of PIC18, of PIC24 and dsPIC at word 0xF80000.
  ['PIC16', 0x400e, 0x4012],
  ['PIC16', 0x1_000e, 0x1_0018],
  ['PIC18', 0x30_0000, 0x30_0010],
  ['PIC24, dsPIC', 0x01f0_0000, 0x01f0_0040],
  ['PIC32', 0x1d00_0000, 0x1d40_0000],
  ['PIC32', 0x1fc0_0000, 0x1fc0_8000],
  ['PIC32', 0x9d00_0000, 0x9d40_0000],
  ['PIC32', 0xbfc0_0000, 0xbfc0_8000],
  ['AVR (EEPROM, fuses)', 0x0081_0000, 0x0083_0010],
]

/** Flash of a chip that begins at 0, in which code and configuration of small chips are. */
const lowEnd = 0x0100_0000

/** The second-stage bootloader of RP2040 comes first, its vector table behind it (datasheet 2.8.2.3). */
const isRp2040 = ({ address, bytes }: Region): boolean => {
  if (address !== 0x1000_0000 || bytes.length < 0x108) return false
  const [stack, reset] = [word(bytes, 0x100), word(bytes, 0x104)]
  return stack > 0x2000_0000 && stack <= 0x2004_2000 && reset % 2 === 1 && reset >= 0x1000_0000 && reset < 0x1100_0000
}

/**
 * Whose firmware the regions of one file are, by their addresses: of files in which STM32 or ESP firmware could not be.
 * @param regions of one file, in ascending order.
 * @returns the maker or kind in the words of the trade; undefined where they do not tell.
 */
export const foreignFirmware = (regions: readonly Region[]): string | undefined => {
  const [first] = regions
  if (!first) return undefined
  if (isRp2040(first)) return 'RP2040 (Raspberry Pi)'
  const isLow = first.address < lowEnd
  const place = places.find(([, from, to]) => regions.some(({ address }) => address >= from && address < to))
  if (place && (isLow || first.address >= place[1])) return place[0]
  // Reset vectors of MSP430 end where its 16-bit address space does.
  if (isLow && regions.some(({ address, bytes }) => address >= 0xff80 && address + bytes.length === 0x1_0000)) {
    return 'MSP430'
  }
  return isLow ? foreignCode(first.bytes) : undefined
}
