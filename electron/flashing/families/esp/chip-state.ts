import { chipFacts, type Field, otgBlock, watchdogKey } from './chip-facts.ts'
import type { EspLoader } from './loader-transport.ts'

/** The chip's own USB, where the line is one: a serial port in hardware, or one of the ROM. */
export type NativeUsb = 'jtag' | 'otg'

/** What is read of a chip right after the connection. */
export interface ChipState {
  /** 100 times major plus minor; undefined where it cannot be read, and for ESP8266. */
  readonly revision: number | undefined
  readonly usb: NativeUsb | undefined
  /** A stub of an earlier session answers instead of the ROM. */
  readonly stubRuns: boolean
}

const esp32Fuses = 0x3ff5_a000
const esp32Date = 0x3ff6_607c
/** ESP32: one bit more for each major revision. */
const esp32Majors: Readonly<Record<number, number>> = { 0: 0, 1: 1, 3: 2, 7: 3 }

const readNumber = async (loader: EspLoader, fields: readonly Field[]): Promise<number> => {
  let value = 0
  let place = 0
  for (const { address, shift, bits } of fields) {
    value |= (((await loader.readReg(address)) >>> shift) & (2 ** bits - 1)) << place
    place += bits
  }
  return value
}

const readEsp32Revision = async (loader: EspLoader): Promise<number> => {
  const word3 = await loader.readReg(esp32Fuses + 0xc)
  const word5 = await loader.readReg(esp32Fuses + 0x14)
  const date = await loader.readReg(esp32Date)
  const bits = ((word3 >>> 15) & 1) | (((word5 >>> 20) & 1) << 1) | ((date >>> 31) << 2)
  return (esp32Majors[bits] ?? 0) * 100 + ((word5 >>> 24) & 3)
}

/** Block version 1.1 of the first ESP32-S3 uses the bits of the revision for something else (esptool, is_eco0). */
const isFirstS3 = async (loader: EspLoader, minor: number): Promise<boolean> => {
  if (loader.chip.CHIP_NAME !== 'ESP32-S3' || (minor & 7) !== 0) return false
  const block2Word4 = await loader.readReg(0x6000_706c)
  const block1Word3 = await loader.readReg(0x6000_7050)
  return (block2Word4 & 3) === 1 && ((block1Word3 >>> 24) & 7) === 1
}

const readRevision = async (loader: EspLoader): Promise<number | undefined> => {
  if (loader.chip.CHIP_NAME === 'ESP32') return readEsp32Revision(loader)
  const { revision } = chipFacts(loader.chip.CHIP_NAME)
  if (!revision) return undefined
  const minor = await readNumber(loader, revision.minor)
  if (await isFirstS3(loader, minor)) return 0
  return (await readNumber(loader, revision.major)) * 100 + minor
}

const readUsb = async (loader: EspLoader, revision: number): Promise<NativeUsb | undefined> => {
  const { port } = chipFacts(loader.chip.CHIP_NAME)
  if (!port) return undefined
  const inUse = (await loader.readReg(port.at(revision))) & 0xff
  if (inUse === port.otg) return 'otg'
  return inUse === port.jtag ? 'jtag' : undefined
}

/** Stops the watchdogs that a reset over native USB leaves on: they would restart the chip while it is written. */
const stopWatchdogs = async (loader: EspLoader): Promise<void> => {
  const { watchdogs } = chipFacts(loader.chip.CHIP_NAME)
  if (!watchdogs) return
  await loader.writeReg(watchdogs.protect, watchdogKey)
  await loader.writeReg(watchdogs.config, 0)
  await loader.writeReg(watchdogs.protect, 0)
  const { super: own } = watchdogs
  if (!own) return
  await loader.writeReg(own.protect, own.key)
  await loader.writeReg(own.config, ((await loader.readReg(own.config)) | own.feed) >>> 0)
  await loader.writeReg(own.protect, 0)
}

/** The ESP32-P4's flash has no power in download mode before this (esptool-js, esp32p4). */
const powerFlash = async (loader: EspLoader): Promise<void> => {
  const { chip } = loader
  if ('powerOnFlash' in chip && typeof chip.powerOnFlash === 'function') await chip.powerOnFlash(loader)
}

/**
 * Reads revision and port, and does what must be done before the chip's flash is touched (esptool, `_post_connect`): smaller blocks over a
 * ROM's own USB, watchdogs off, flash supplied. `usb`: the recipe says that the line is the chip's hardware USB.
 */
export const prepareChip = async (loader: EspLoader, stubRuns: boolean, usb?: NativeUsb): Promise<ChipState> => {
  if (loader.secureDownloadMode) return { revision: undefined, usb, stubRuns }
  const revision = await readRevision(loader)
  const state = { revision, usb: (await readUsb(loader, revision ?? 0)) ?? usb, stubRuns }
  if (state.usb === 'otg') loader.ESP_RAM_BLOCK = otgBlock
  if (state.usb === 'jtag' && !stubRuns) await stopWatchdogs(loader)
  await powerFlash(loader)
  return state
}
