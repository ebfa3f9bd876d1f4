import { EspOptions, esp as facts } from '#shared/targets/esp.ts'
import { FlashError, type Flasher, type Identity, type Region } from '../../flasher.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import type { LineSettings } from '../../transport.ts'
import type { Family } from '../family.ts'
import { readBuild } from './builds/read-build.ts'
import { chipFacts, otgBlock } from './chip-facts.ts'
import { refuseProtected } from './chip-guards.ts'
import { prepareChip } from './chip-state.ts'
import { withFlashParameters } from './flash-header.ts'
import { type EspIdentity, identifyEsp, readUnit } from './identify.ts'
import { espImages } from './image-rules.ts'
import { type EspSession, withReturningChip } from './loader.ts'
import { firstBaud } from './loader-transport.ts'
import { espRefusals } from './refusals.ts'
import { prepareStart, startFirmware } from './start.ts'
import { prepareFlash, writeRegions } from './write.ts'

/** The settings of the ROM loader, and of the console of nearly every firmware. */
const line: LineSettings = { baudRate: firstBaud, parity: 'none', dataBits: 8, stopBits: 1 }

const refuseOther = ({ chip }: Identity, expected: EspOptions['chip']): void => {
  if (expected !== 'any' && chip !== expected) {
    throw new FlashError('ESP_WRONG_CHIP', { chip: chip ?? '', expected })
  }
}

/** A stub takes larger blocks than a ROM, except over a ROM's own USB. */
const stubBlock = 0x4000

/** Chips that are written by their ROM alone: no stub starts there, or none is made for them (esptool, `run_stub`, esp32c2). */
const isWithoutStub = ({ loader, chip }: EspSession, { security }: EspIdentity): boolean => {
  const { CHIP_NAME: name } = loader.chip
  if (name === 'ESP32-C2' && chip.revision === 0) return true
  return security.secureBoot !== 'off' && chipFacts(name).noStubWithSecureBoot === true
}

const toFastStub = async (session: EspSession, known: EspIdentity, options: EspOptions): Promise<void> => {
  const { loader, transport, chip, during } = session
  if (!isWithoutStub(session, known)) await during('stub', () => loader.runStub())
  if (loader.IS_STUB) loader.FLASH_WRITE_SIZE = chip.usb === 'otg' ? otgBlock : stubBlock
  if (options.baudRate === firstBaud) return
  await during('baud', () => loader.changeBaud())
  // A chip that did not follow was reset and connected again.
  if (transport.baudrate === firstBaud) await during('identify', () => prepareChip(loader, loader.IS_STUB, chip.usb))
}

/** Refuses a unit that was swapped between the identification and the first erase. */
const sameUnit = async ({ loader, during }: EspSession, unit: string | undefined): Promise<void> => {
  const now = await during('identify', () => readUnit(loader))
  if (now !== unit) throw new FlashError('ESP_UNIT_CHANGED', { before: unit ?? '', now })
}

/**
 * The region, with the recipe's flash parameters in the header of its bootloader. A signed header stays as it is, and on a chip with secure
 * boot every header.
 */
const withBootParameters = (region: Region, boot: number, options: EspOptions, known: EspIdentity): Region => {
  const at = boot - region.address
  if (at < 0 || at >= region.bytes.length || known.security.secureBoot !== 'off') return region
  return { ...region, bytes: withFlashParameters(region.bytes, at, options, known.identity) }
}

const flasher: Flasher<'serial'> = {
  identify: async (job) => {
    const options = EspOptions.parse(job.options)
    const { value, job: now } = await withReturningChip(job, options, async (session, emit) => {
      emit({ kind: 'phase', phase: 'identifying' })
      const { identity } = await identifyEsp(session)
      emit({ kind: 'identity', identity })
      // A unit whose BOOT was held by hand is left in its loader for the run that follows.
      const isStarted = options.reset !== 'none' && options.after === 'run'
      return { identity, usb: session.chip.usb, start: isStarted ? await prepareStart(session, options) : undefined }
    })
    if (value.start) await startFirmware(now, value.start, value.usb, line)
    return value.identity
  },

  flash: async (job) => {
    const options = EspOptions.parse(job.options)
    const { value, job: now } = await withReturningChip(job, options, async (session, emit) => {
      const { loader, chip, during } = session
      emit({ kind: 'phase', phase: 'identifying' })
      const known = await identifyEsp(session)
      const { identity } = known
      emit({ kind: 'identity', identity })
      refuseOther(identity, options.chip)
      refuseProtected(known, job.regions, options)
      const unit = { ...identity, revision: chip.revision }
      refuseProblems(job.regions, espImages, unit, options)
      const regions = job.regions.map((region) =>
        withBootParameters(region, loader.chip.BOOTLOADER_FLASH_OFFSET, options, known),
      )
      for (const { code, data } of refuseProblems(regions, espImages, unit, options)) {
        // A warning before the header is changed as the recipe wants it, fatal after.
        if (code === 'ESP_HEADER_FLASH_SIZE') throw new FlashError(code, data)
        emit({ kind: 'warning', code, data })
      }
      await toFastStub(session, known, options)
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
      return {
        identity,
        usb: chip.usb,
        start: options.after === 'run' ? await prepareStart(session, options) : undefined,
      }
    })
    if (value.start) await startFirmware(now, value.start, value.usb, line)
    return value.identity
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
  readBuild,
}
