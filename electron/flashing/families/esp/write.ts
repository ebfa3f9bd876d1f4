import { FlashError, type FlashEvent, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { type Compressed, compressed } from './compress.ts'
import { attachFlash } from './identify.ts'
import type { EspSession } from './loader.ts'
import type { EspLoader } from './loader-transport.ts'

const timeoutPerBlock = 5000
const setFlashParameters = 0x0b

/** Sets the flash size in the loader (SPI_SET_PARAMS); ROM and stub assume 2 to 16 MB otherwise. ESP8266's ROM has no such command. */
export const prepareFlash = async (loader: EspLoader, size: number | undefined): Promise<void> => {
  await attachFlash(loader)
  if (size === undefined || (loader.chip.CHIP_NAME === 'ESP8266' && !loader.IS_STUB)) return
  // id, total, block, sector and page size, status mask
  const words = Uint32Array.of(0, size, 64 * 1024, 4096, 256, 0xffff)
  await loader.checkCommand('set SPI flash parameters', setFlashParameters, new Uint8Array(words.buffer))
}

const writeTimeout = (loader: EspLoader, bytes: number): number =>
  Math.max(timeoutPerBlock, loader.timeoutPerMb(loader.ERASE_WRITE_TIMEOUT_PER_MB, bytes))

/**
 * Begins a deflated write. An own command, because esptool-js leaves out the fifth word that the ROMs of ESP32-C5, C6, C61, H2 and P4
 * take: whether the data is encrypted.
 */
const beginDeflated = async (loader: EspLoader, address: number, size: number, compressed: number): Promise<void> => {
  const block = loader.FLASH_WRITE_SIZE
  // A ROM erases whole blocks at once before it answers.
  const erased = loader.IS_STUB ? size : Math.ceil(size / block) * block
  const words = [erased, Math.ceil(compressed / block), block, address]
  if (!loader.IS_STUB && loader.chip.CHIP_NAME !== 'ESP32') words.push(0)
  const timeout = loader.IS_STUB
    ? loader.DEFAULT_TIMEOUT
    : loader.timeoutPerMb(loader.ERASE_REGION_TIMEOUT_PER_MB, erased)
  const data = new Uint8Array(Uint32Array.from(words).buffer)
  await loader.checkCommand('enter compressed flash mode', loader.ESP_FLASH_DEFL_BEGIN, data, 0, 0, timeout)
}

const writeRegion = async (loader: EspLoader, region: Region, image: Compressed, through: (bytes: number) => void) => {
  const { stream, size } = image
  await beginDeflated(loader, region.address, size, stream.length)
  const blockSize = loader.FLASH_WRITE_SIZE
  // A deflated block may expand to any number of bytes; at most to the whole image.
  const timeout = writeTimeout(loader, Math.min(size, blockSize * 64))
  for (let from = 0, sequence = 0; from < stream.length; from += blockSize, sequence++) {
    const block = stream.subarray(from, from + blockSize)
    await loader.flashDeflBlock(block, sequence, timeout)
    through(Math.floor((region.bytes.length * (from + block.length)) / stream.length))
  }
  // Leaving flash mode would make a ROM loader run the firmware.
  if (loader.IS_STUB) await loader.flashDeflFinish(false, timeout)
}

const ascii = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** MD5 of what the flash holds, lower-case hex: 16 bytes from the stub, 32 characters from a ROM. */
const flashMd5 = async (loader: EspLoader, address: number, size: number): Promise<string> => {
  const words = Uint32Array.of(address, size, 0, 0)
  const timeout = loader.timeoutPerMb(loader.MD5_TIMEOUT_PER_MB, size)
  const answer = await loader.checkCommand(
    'calculate md5sum',
    loader.ESP_SPI_FLASH_MD5,
    new Uint8Array(words.buffer),
    0,
    loader.IS_STUB ? 16 : 32,
    timeout,
  )
  if (!(answer instanceof Uint8Array)) throw new FlashError('ESP_VERIFY_FAILED', { detail: 'no digest' })
  return loader.IS_STUB ? Buffer.from(answer).toString('hex') : ascii(answer).toLowerCase()
}

/**
 * Writes all regions deflated and then compares the MD5 of each with what the chip reads back from its flash. An own loop over esptool-js'
 * commands, because its `writeFlash` deflates every image again for every slot, on the serving thread.
 */
export const writeRegions = async (
  { loader, during }: EspSession,
  regions: readonly Region[],
  emit: (event: FlashEvent) => void,
): Promise<void> => {
  const total = regions.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const images = await Promise.all(regions.map(({ bytes }) => compressed(bytes)))
  const pairs = regions.flatMap((region, index) => {
    const image = images[index]
    return image ? [{ region, image }] : []
  })
  emit({ kind: 'phase', phase: 'writing' })
  emit({ kind: 'progress', done: 0, total })
  let done = 0
  for (const { region, image } of pairs) {
    await during('write', () =>
      writeRegion(loader, region, image, (bytes) => emit({ kind: 'progress', done: done + bytes, total })),
    )
    done += region.bytes.length
  }
  emit({ kind: 'phase', phase: 'verifying' })
  emit({ kind: 'progress', done: 0, total })
  done = 0
  for (const { region, image } of pairs) {
    const md5 = await during('verify', () => flashMd5(loader, region.address, image.size))
    if (md5 !== image.md5) {
      throw new FlashError('ESP_MD5_MISMATCH', { name: region.name, address: hex(region.address) })
    }
    done += region.bytes.length
    emit({ kind: 'progress', done, total })
    emit({ kind: 'log', level: 'info', text: `${region.name}: flash at ${hex(region.address)} verified, MD5 ${md5}` })
  }
}
