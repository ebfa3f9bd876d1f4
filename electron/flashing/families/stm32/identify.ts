import { FlashError, type Identity } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import type { Stm32Bootloader } from './bootloader.ts'
import { chipOf, flashStart, type Stm32Chip } from './chips.ts'
import { retryCommand } from './retry-command.ts'

export interface Stm32Identity {
  readonly identity: Identity
  /** Codes of the commands that its bootloader knows. */
  readonly commands: ReadonlySet<number>
  readonly version: string
  readonly chip: Stm32Chip | undefined
  readonly productId: string
  readonly isProtected: boolean
}

/** Reads memory that the chip may protect; undefined where it refuses. */
const readable = async (loader: Stm32Bootloader, address: number, count: number): Promise<Uint8Array | undefined> => {
  try {
    return await retryCommand(loader, () => loader.read(address, count))
  } catch (error) {
    if (error instanceof FlashError && error.code === 'STM32_NACK') return undefined
    throw error
  }
}

const word = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

/** The unique id as firmware prints it: its three words from the lowest address on, eight hex digits each. */
const unitOf = async (loader: Stm32Bootloader, chip: Stm32Chip): Promise<string | undefined> => {
  const words: string[] = []
  for (const address of chip.signature?.unit ?? []) {
    const bytes = await readable(loader, address, 4)
    if (!bytes) return undefined
    words.push(word(bytes))
  }
  const unit = words.join('')
  return unit === '' || /^(0+|f+)$/.test(unit) ? undefined : unit
}

const sizeOf = async (loader: Stm32Bootloader, chip: Stm32Chip): Promise<number | undefined> => {
  if (!chip.signature) return undefined
  const bytes = await readable(loader, chip.signature.size, 2)
  const kib = bytes ? (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) : 0
  return kib === 0 || kib === 0xffff ? undefined : kib * 1024
}

/** Reads commands, product id, protection, flash size and unit id. Nothing is changed. */
export const identifyStm32 = async (loader: Stm32Bootloader): Promise<Stm32Identity> => {
  const commands = await retryCommand(loader, () => loader.get())
  const version = await retryCommand(loader, () => loader.version())
  const id = await retryCommand(loader, () => loader.id())
  const chip = chipOf(id)
  const productId = hex(id, 3)
  // AN3155 3.4: under read-out protection the command itself is refused, before any address; read twice, because noise may be refused as well.
  const isProtected = (await readableStart(loader)) === undefined && (await readableStart(loader)) === undefined
  const identity: Identity = {
    unit: chip && !isProtected ? await unitOf(loader, chip) : undefined,
    chip: chip?.name ?? `STM32 ${productId}`,
    flashSize: chip && !isProtected ? await sizeOf(loader, chip) : undefined,
    facts: { productId, bootLoader: version, readProtection: isProtected ? 'on' : 'off' },
  }
  return { identity, commands, version, chip, productId, isProtected }
}

/** The first word of flash; a refusal of this address alone is no protection. */
const readableStart = async (loader: Stm32Bootloader): Promise<Uint8Array | undefined> => {
  try {
    return await retryCommand(loader, () => loader.read(flashStart, 4))
  } catch (error) {
    if (error instanceof FlashError && error.code === 'STM32_NACK') return new Uint8Array(4)
    throw error
  }
}
