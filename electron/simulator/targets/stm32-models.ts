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
  /** The length of a write must be a multiple of this. */
  readonly granule: number
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
} as const satisfies Readonly<Record<string, Stm32Model>>
