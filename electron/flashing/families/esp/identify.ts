import { FlashError, type Identity } from '../../flasher.ts'
import type { EspSession } from './loader.ts'
import type { EspLoader } from './loader-transport.ts'

/** Fuses that keep plain images from running. */
export interface EspSecurity {
  /** Version 1 exists on the ESP32 alone: its bootloader can never be changed again. */
  readonly secureBoot: 'off' | 'v1' | 'v2'
  readonly flashEncryption: boolean
  /** Only writes are allowed; neither registers nor memory can be read. */
  readonly secureDownload: boolean
}

export interface EspIdentity {
  readonly identity: Identity
  readonly security: EspSecurity
  /** 100 times major plus minor; undefined where it cannot be read. */
  readonly revision: number | undefined
}

/** Sizes by the third byte of a flash chip's JEDEC id: a power of two; makers use 0x20-0x22 and 0x32-0x3a in other ways. */
const flashSizeOf = (loader: EspLoader, id: number): number | undefined => {
  const name = loader.DETECTED_FLASH_SIZES[(id >>> 16) & 0xff]
  const size = /^(\d+)(K|M)B$/.exec(name ?? '')
  return size ? Number(size[1]) * (size[2] === 'K' ? 1024 : 1024 * 1024) : undefined
}

const odd = (bits: number): boolean => {
  let ones = 0
  for (let left = bits; left !== 0; left &= left - 1) ones += 1
  return ones % 2 === 1
}

/** ESP32 Technical Reference Manual, "eFuse Controller": BLOCK0 words 0 (FLASH_CRYPT_CNT, bits 20-26) and 6 (ABS_DONE_0, ABS_DONE_1, bits 4, 5). */
const esp32Fuses = 0x3ff5_a000

/** An ESP32 knows version 2 since revision 3. */
const firstWithV2 = 300

const readSecurity = async (loader: EspLoader, revision = 0): Promise<EspSecurity> => {
  const none = { secureBoot: 'off', flashEncryption: false, secureDownload: false } as const
  if (loader.chip.CHIP_NAME === 'ESP8266') return none
  if (loader.chip.CHIP_NAME === 'ESP32') {
    const crypt = (await loader.readReg(esp32Fuses)) >>> 20
    const done = await loader.readReg(esp32Fuses + 0x18)
    const v2 = revision >= firstWithV2 && (done & 0x20) !== 0 ? 'v2' : 'off'
    return { ...none, flashEncryption: odd(crypt & 0x7f), secureBoot: (done & 0x10) === 0 ? v2 : 'v1' }
  }
  const info = await loader.getSecurityInfo()
  return {
    secureBoot: info.parsedFlags.SECURE_BOOT_EN === true ? 'v2' : 'off',
    secureDownload: info.parsedFlags.SECURE_DOWNLOAD_ENABLE === true,
    flashEncryption: odd(info.flashCryptCnt),
  }
}

const plain = (mac: string): string => mac.replaceAll(':', '').toLowerCase()

/** The unit's MAC, lower-case hex. */
export const readUnit = async (loader: EspLoader): Promise<string> => plain(await loader.chip.readMac(loader))

/**
 * The ROM does not attach the flash's pins by itself; the stub does. ROM loaders take a second word, which
 * esptool-js' own method does not send; ESP8266's has no such command and attaches at the start of a write, here of
 * nothing (esptool, "Serial Protocol", SPI_ATTACH and FLASH_BEGIN).
 */
export const attachFlash = async (loader: EspLoader): Promise<void> => {
  if (loader.IS_STUB) return
  if (loader.chip.CHIP_NAME === 'ESP8266') {
    await loader.checkCommand('begin an empty write', loader.ESP_FLASH_BEGIN, new Uint8Array(16))
  } else await loader.checkCommand('configure SPI flash pins', loader.ESP_SPI_ATTACH, new Uint8Array(8))
}

/** Bytes of the flash chip; undefined where its id gives no size. @throws FlashError where no flash responds. */
export const readFlashSize = async (loader: EspLoader): Promise<number | undefined> => {
  const id = (await loader.readFlashId()) & 0xff_ffff
  if (id === 0 || id === 0xff_ffff) throw new FlashError('ESP_NO_FLASH')
  return flashSizeOf(loader, id)
}

/** Reads the identity from the ROM loader; nothing on the chip is changed. */
export const identifyEsp = ({ loader, chip: { revision }, during }: EspSession): Promise<EspIdentity> =>
  during('identify', async () => {
    const security = await readSecurity(loader, revision)
    const chip = loader.chip.CHIP_NAME
    const fuses = {
      secureBoot: security.secureBoot === 'off' ? 'off' : 'on',
      flashEncryption: security.flashEncryption ? 'on' : 'off',
    }
    if (security.secureDownload) {
      return {
        security,
        revision,
        identity: { unit: undefined, chip, flashSize: undefined, facts: { ...fuses, secureDownload: 'on' } },
      }
    }
    const unit = await readUnit(loader)
    const model = await loader.chip.getChipDescription(loader)
    await attachFlash(loader)
    const flashSize = await readFlashSize(loader)
    return { security, revision, identity: { unit, chip, flashSize, facts: { model, ...fuses } } }
  })
