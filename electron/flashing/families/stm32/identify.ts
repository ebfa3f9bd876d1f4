import { FlashError, type Identity } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import type { Stm32Bootloader } from './bootloader.ts'
import { chipOf, flashStart, type Stm32Chip } from './chips.ts'
import { type BankMode, bankModeOf, bankOptionOf, type FlashLayout, flashLayoutOf } from './flash-layout.ts'
import { retryCommand } from './retry-command.ts'
import { usbNamesOf } from './usb-names.ts'

export interface Stm32Identity {
  readonly identity: Identity
  /** Codes of the commands that its bootloader knows. */
  readonly commands: ReadonlySet<number>
  readonly version: string
  readonly chip: Stm32Chip | undefined
  readonly productId: string
  readonly isProtected: boolean
  /** undefined for an unknown chip, and where it depends on an option bit that the chip does not show. */
  readonly layout: FlashLayout | undefined
}

/** Reads a piece of the chip's own memory; undefined where it refuses. */
type Reader = (address: number, count: number) => Promise<Uint8Array | undefined>

const refusedAsUndefined = async (loader: Stm32Bootloader, address: number, count: number) => {
  try {
    return await retryCommand(loader, () => loader.read(address, count))
  } catch (error) {
    if (error instanceof FlashError && error.code === 'STM32_NACK') return undefined
    throw error
  }
}

/** One block of Read Memory. */
const blockBytes = 256

/**
 * A reader of the signature. Bootloaders of F4 and L0 refuse an address within it, and read a whole block that begins in the OTP or the
 * option bytes before it (stm32loader, of a NUCLEO-F401RE).
 */
const signatureReader = (loader: Stm32Bootloader): Reader => {
  const blocks = new Map<number, Uint8Array | undefined>()
  return async (address, count) => {
    const direct = await refusedAsUndefined(loader, address, count)
    if (direct) return direct
    const start = address - (address % blockBytes)
    if (!blocks.has(start)) blocks.set(start, await refusedAsUndefined(loader, start, blockBytes))
    return blocks.get(start)?.subarray(address - start, address - start + count)
  }
}

const word = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

/** The unique id as firmware prints it: its three words from the lowest address on, eight hex digits each. */
const unitOf = async (read: Reader, chip: Stm32Chip): Promise<string | undefined> => {
  const words: string[] = []
  for (const address of chip.series.signature.unit) {
    const bytes = await read(address, 4)
    if (!bytes) return undefined
    words.push(word(bytes))
  }
  const unit = words.join('')
  return /^(0+|f+)$/.test(unit) ? undefined : unit
}

const sizeOf = async (read: Reader, chip: Stm32Chip): Promise<number | undefined> => {
  const { size } = chip.series.signature
  if (size === undefined) return chip.minFlash === chip.maxFlash ? chip.maxFlash : undefined
  const bytes = await read(size, 2)
  const kib = bytes ? (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) : 0
  return kib === 0 || kib === 0xffff ? undefined : kib * 1024
}

/** One bank or two: as the chip's option bits say, else as the recipe says. */
const bankMode = async (
  loader: Stm32Bootloader,
  chip: Stm32Chip,
  flashSize: number | undefined,
  chosen: BankMode,
): Promise<BankMode> => {
  const option = bankOptionOf(chip, flashSize)
  if (!option) return undefined
  const bytes = await refusedAsUndefined(loader, option.address, 4)
  if (!bytes) return chosen
  return bankModeOf(option, Number.parseInt(word(bytes), 16), flashSize === undefined || flashSize === chip.maxFlash)
}

/**
 * Get, which no protection refuses. A chip that is greeted but refuses it gets no even parity: 0x7F looks the same without one.
 * @throws FlashError STM32_PARITY and those of the command.
 */
const firstCommand = async (loader: Stm32Bootloader): Promise<ReadonlySet<number>> => {
  try {
    return await retryCommand(loader, () => loader.get())
  } catch (error) {
    if (error instanceof FlashError && error.code === 'STM32_NACK') throw new FlashError('STM32_PARITY')
    throw error
  }
}

/**
 * Reads commands, product id, protection, flash size, banks and unit id. Nothing is changed.
 * @param banks what the recipe says where the chip does not.
 */
export const identifyStm32 = async (loader: Stm32Bootloader, banks: BankMode): Promise<Stm32Identity> => {
  const commands = await firstCommand(loader)
  const version = await retryCommand(loader, () => loader.version())
  const id = await retryCommand(loader, () => loader.id())
  const chip = chipOf(id)
  const productId = hex(id, 3)
  // AN3155 3.4: under read-out protection the command itself is refused, before any address; read twice, because noise may be refused as well.
  const isProtected = (await readFlashStart(loader)) === undefined && (await readFlashStart(loader)) === undefined
  const read = signatureReader(loader)
  const readable = isProtected ? undefined : chip
  const unit = readable && (await unitOf(read, readable))
  const flashSize = readable && (await sizeOf(read, readable))
  const mode = readable ? await bankMode(loader, readable, flashSize, banks) : banks
  const identity: Identity = {
    unit,
    chip: chip?.name ?? `STM32 ${productId}`,
    flashSize,
    facts: { productId, bootLoader: version, readProtection: isProtected ? 'on' : 'off' },
    ...(unit !== undefined && { otherNames: usbNamesOf(unit) }),
  }
  const layout = chip && flashLayoutOf(chip, flashSize, mode)
  return { identity, commands, version, chip, productId, isProtected, layout }
}

/** The first word of flash, undefined under read-out protection; a refusal of this address alone is no protection. */
export const readFlashStart = async (loader: Stm32Bootloader): Promise<Uint8Array | undefined> => {
  try {
    return await retryCommand(loader, () => loader.read(flashStart, 4))
  } catch (error) {
    if (error instanceof FlashError && error.code === 'STM32_NACK') return new Uint8Array(4)
    throw error
  }
}
