/** A chip that the simulated bootloader represents. */
export interface Stm32Model {
  readonly productId: number
  readonly flashSize: number
  /** Sizes of pages or sectors; the last size repeats. */
  readonly pages: readonly number[]
  /** Extended Erase (0x44) instead of Erase (0x43). */
  readonly extendedErase: boolean
  /** Addresses of the unique id's twelve bytes and of the flash size in KiB (16 bits). */
  readonly unitAddress: number
  readonly sizeAddress: number
  /** Offsets of the unique id's three words; left out: they follow each other. */
  readonly unitOffsets?: readonly [number, number, number]
  /**
   * The bootloader refuses to read at an address of the signature, but not from this one on, which is in the OTP or the option bytes before
   * it; left out: it reads it anywhere.
   */
  readonly signatureFrom?: number
  /** What erased flash reads as; left out: 0xFF. */
  readonly erased?: 0xff | 0x00
  /** Codes of commands that its bootloader does not know. */
  readonly lacks?: readonly number[]
  /** Left out: the bootloader erases everything by one command. */
  readonly massErase?: boolean
  /** The length of a write must be a multiple of this. */
  readonly granule: number
  /** First address and values of the option bytes as the chip leaves the factory; left out: registers. */
  readonly options?: {
    readonly address: number
    readonly bytes: readonly number[]
    /** Offset of the byte with the readout protection, and its value without one. */
    readonly protectionAt: number
    readonly unprotected: number
  }
}

const K = 1024

export const stm32Models = {
  /** STM32F407VG: sectors, Extended Erase. */
  f4: {
    productId: 0x413,
    flashSize: 1024 * K,
    pages: [16 * K, 16 * K, 16 * K, 16 * K, 64 * K, 128 * K],
    extendedErase: true,
    unitAddress: 0x1fff_7a10,
    sizeAddress: 0x1fff_7a22,
    granule: 4,
    options: {
      address: 0x1fff_c000,
      bytes: [0xef, 0xaa, 0, 0, 0, 0, 0, 0, 0xff, 0x0f, 0, 0, 0, 0, 0, 0],
      protectionAt: 1,
      unprotected: 0xaa,
    },
  },
  /** STM32F103CB: pages of 1 KiB, the old Erase. */
  f1: {
    productId: 0x410,
    flashSize: 128 * K,
    pages: [1 * K],
    extendedErase: false,
    unitAddress: 0x1fff_f7e8,
    sizeAddress: 0x1fff_f7e0,
    granule: 4,
    options: {
      address: 0x1fff_f800,
      bytes: [0xa5, 0x5a, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0],
      protectionAt: 0,
      unprotected: 0xa5,
    },
  },
  /** STM32L476RG: pages of 2 KiB, programmed by eight bytes. */
  l4: {
    productId: 0x415,
    flashSize: 1024 * K,
    pages: [2 * K],
    extendedErase: true,
    unitAddress: 0x1fff_7590,
    sizeAddress: 0x1fff_75e0,
    granule: 8,
  },
  /** STM32F401RE: as F407, and shows its signature only behind the OTP. */
  f401: {
    productId: 0x433,
    flashSize: 512 * K,
    pages: [16 * K, 16 * K, 16 * K, 16 * K, 64 * K, 128 * K],
    extendedErase: true,
    unitAddress: 0x1fff_7a10,
    sizeAddress: 0x1fff_7a22,
    signatureFrom: 0x1fff_7a00,
    granule: 4,
  },
  /** STM32L053C8: pages of 128 bytes, erased to 0, no mass erase. */
  l0: {
    productId: 0x417,
    flashSize: 64 * K,
    pages: [128],
    extendedErase: true,
    unitAddress: 0x1ff8_0050,
    unitOffsets: [0, 4, 0x14],
    sizeAddress: 0x1ff8_007c,
    signatureFrom: 0x1ff8_0000,
    erased: 0x00,
    massErase: false,
    granule: 4,
  },
  /** STM32G474RE whose option bit makes one bank of it: pages of 4 KiB instead of 2. */
  g4: {
    productId: 0x469,
    flashSize: 512 * K,
    pages: [4 * K],
    extendedErase: true,
    unitAddress: 0x1fff_7590,
    sizeAddress: 0x1fff_75e0,
    granule: 8,
    options: {
      address: 0x1fff_7800,
      bytes: [0xaa, 0xf8, 0xaf, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      protectionAt: 0,
      unprotected: 0xaa,
    },
  },
} as const satisfies Readonly<Record<string, Stm32Model>>
