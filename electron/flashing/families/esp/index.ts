import { EspOptions, esp as facts } from '#shared/targets/esp.ts'
import { FlashError, type Flasher, type Identity, type Region } from '../../flasher.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import type { LineSettings } from '../../transport.ts'
import type { Family } from '../family.ts'
import { withFlashParameters } from './flash-header.ts'
import { type EspIdentity, identifyEsp, readUnit } from './identify.ts'
import { espImages } from './image-rules.ts'
import { type EspSession, withEspSession } from './loader.ts'
import { espRefusals } from './refusals.ts'
import { restart } from './reset.ts'
import { prepareFlash, writeRegions } from './write.ts'

const firstBaud = 115_200
/** The settings of the ROM loader, and of the console of nearly every firmware. */
const line: LineSettings = { baudRate: firstBaud, parity: 'none', dataBits: 8, stopBits: 1 }

/** Refuses units whose fuses make plain images useless. @throws FlashError. */
const refuseProtected = ({ security, identity }: EspIdentity, options: EspOptions): void => {
  const chip = identity.chip ?? ''
  if (security.secureDownload) throw new FlashError('ESP_SECURE_DOWNLOAD', { chip })
  if (security.flashEncryption) throw new FlashError('ESP_FLASH_ENCRYPTED', { chip })
  if (security.secureBoot && !options.allowSecureBoot) throw new FlashError('ESP_SECURE_BOOT', { chip })
}

const refuseOther = ({ chip }: Identity, expected: EspOptions['chip']): void => {
  if (expected !== 'any' && chip !== expected) {
    throw new FlashError('ESP_WRONG_CHIP', { chip: chip ?? '', expected })
  }
}

const toFastStub = async ({ loader, during }: EspSession, options: EspOptions): Promise<void> => {
  await during('stub', () => loader.runStub())
  if (options.baudRate !== firstBaud) await during('baud', () => loader.changeBaud())
}

/** Where no control line resets the chip, the loader starts the firmware. */
const runByCommand = async ({ loader, during }: EspSession): Promise<void> => {
  await during('reset', async () => {
    await loader.flashBegin(0, 0)
    await loader.flashFinish(true)
  })
}

/** Refuses a unit that was swapped between the identification and the first erase. */
const sameUnit = async ({ loader, during }: EspSession, unit: string | undefined): Promise<void> => {
  const now = await during('identify', () => readUnit(loader))
  if (now !== unit) throw new FlashError('ESP_UNIT_CHANGED', { before: unit ?? '', now })
}

/** The region, with the recipe's flash parameters in the header of its bootloader. */
const withBootParameters = (region: Region, boot: number, options: EspOptions, identity: Identity): Region => {
  const at = boot - region.address
  if (at < 0 || at >= region.bytes.length) return region
  return { ...region, bytes: withFlashParameters(region.bytes, at, options, identity) }
}

const flasher: Flasher<'serial'> = {
  identify: async (job) => {
    const options = EspOptions.parse(job.options)
    const identity = await withEspSession(job, options, async (session, emit) => {
      emit({ kind: 'phase', phase: 'identifying' })
      const { identity } = await identifyEsp(session)
      emit({ kind: 'identity', identity })
      return identity
    })
    if (options.reset !== 'none' && options.after === 'run') await restart(job, line)
    return identity
  },

  flash: async (job) => {
    const options = EspOptions.parse(job.options)
    const identity = await withEspSession(job, options, async (session, emit) => {
      const { loader, during } = session
      emit({ kind: 'phase', phase: 'identifying' })
      const known = await identifyEsp(session)
      const { identity } = known
      emit({ kind: 'identity', identity })
      refuseOther(identity, options.chip)
      refuseProtected(known, options)
      refuseProblems(job.regions, espImages, identity, options)
      const regions = job.regions.map((region) =>
        withBootParameters(region, loader.chip.BOOTLOADER_FLASH_OFFSET, options, identity),
      )
      for (const { code, data } of refuseProblems(regions, espImages, identity, options)) {
        // A warning before the header is changed as the recipe wants it, fatal after.
        if (code === 'ESP_HEADER_FLASH_SIZE') throw new FlashError(code, data)
        emit({ kind: 'warning', code, data })
      }
      await toFastStub(session, options)
      await during('identify', () => prepareFlash(loader, identity.flashSize))
      await sameUnit(session, identity.unit)
      await job.beforeErase(identity)
      if (options.eraseAll) {
        if (!loader.IS_STUB) throw new FlashError('ESP_NO_STUB', { chip: identity.chip ?? '' })
        emit({ kind: 'phase', phase: 'erasing' })
        await during('erase', () => loader.eraseFlash())
      }
      await writeRegions(session, regions, emit)
      emit({ kind: 'phase', phase: 'resetting' })
      if (options.reset === 'none' && options.after === 'run') await runByCommand(session)
      return identity
    })
    if (options.after === 'stay') return identity
    if (options.reset === 'none') await job.link.configure(line)
    else await restart(job, line)
    return identity
  },
}

/** ESP8266, ESP32 and later chips, by Espressif's esptool-js. */
export const esp: Family<'serial'> = {
  facts,
  transport: 'serial',
  settings: () => line,
  images: espImages,
  refusals: espRefusals,
  flasher,
}
