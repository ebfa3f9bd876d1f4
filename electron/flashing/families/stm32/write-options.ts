import { FlashError, type FlashJob, type Region } from '../../flasher.ts'
import { hex, hex32 } from '../../hex.ts'
import type { TimedLink } from '../timed-link.ts'
import type { Stm32Bootloader } from './bootloader.ts'
import type { Stm32Identity } from './identify.ts'
import { type MemoryMap, rangeAt } from './memory-maps.ts'

/** Every series has at least so many; a write erases all of them first (AN3155 3.6). */
const leastBytes = 16
/** From the end of the command until the chip, which resets itself, listens again. */
const restartMs = 500

interface Block {
  readonly address: number
  readonly bytes: Uint8Array
}

interface Bench {
  readonly loader: Stm32Bootloader
  readonly wire: TimedLink
  /** Starts a session again. */
  readonly greet: () => Promise<Stm32Identity>
}

/** The option bytes as they are to be: the chip's own, with those of the file in their places. */
const blockOf = async (
  loader: Stm32Bootloader,
  map: MemoryMap,
  { address, bytes }: Region,
): Promise<Block & { readonly isThere: boolean }> => {
  const from = rangeAt(map, address)?.from ?? address
  const size = Math.max(address + bytes.length - from, leastBytes)
  const now = await loader.read(from, size)
  if (!now) throw new FlashError('STM32_PROTECTED')
  const wanted = Uint8Array.from(now)
  wanted.set(bytes, address - from)
  return { address: from, bytes: wanted, isThere: Buffer.compare(now, wanted) === 0 }
}

const compare = ({ address, bytes }: Block, read: Uint8Array): void => {
  const at = bytes.findIndex((byte, index) => byte !== read[index])
  if (at < 0) return
  const data = { address: hex32(address + at), wrote: hex(bytes[at] ?? 0, 2), read: hex(read[at] ?? 0, 2) }
  throw new FlashError('STM32_VERIFY', data)
}

/**
 * Writes option bytes, which resets the chip (AN3155 3.6), and reads them back. Values that are there already are left alone, so that a
 * second try changes nothing.
 * @returns the chip as it is after its reset. @throws FlashError STM32_VERIFY and those of the commands.
 */
export const writeOptions = async (
  { loader, wire, greet }: Bench,
  map: MemoryMap,
  regions: readonly Region[],
  before: Stm32Identity,
  emit: FlashJob['emit'],
): Promise<Stm32Identity> => {
  let found = before
  for (const region of regions) {
    const block = await blockOf(loader, map, region)
    const place = `option bytes at ${hex32(block.address)}`
    if (block.isThere) {
      emit({ kind: 'log', level: 'info', text: `${place} have these values already` })
      continue
    }
    emit({ kind: 'log', level: 'info', text: `writing ${place}, after which the chip resets` })
    try {
      await loader.write(block.address, block.bytes)
    } catch (error) {
      // Some chips reset before the reply has left; reading back tells.
      if (!(error instanceof FlashError) || error.code !== 'STM32_NO_ANSWER') throw error
    }
    await wire.pause(restartMs)
    found = await greet()
    if (found.isProtected) {
      emit({
        kind: 'log',
        level: 'warn',
        text: 'read-out protection is on now, so the option bytes cannot be read back',
      })
      return found
    }
    compare(block, (await loader.read(block.address, block.bytes.length)) ?? new Uint8Array(0))
  }
  return found
}
