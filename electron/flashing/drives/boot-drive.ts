import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The file that tells a boot drive from any other, in any case (microsoft/uf2, README, "Files exposed by bootloaders"). */
export const INFO_FILE = 'INFO_UF2.TXT'

/** A file at the top of a folder, by its name in any case; undefined where there is none, or no folder. */
export const findFile = async (folder: string, name: string): Promise<string | undefined> => {
  const names = await readdir(folder).catch(() => [])
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : join(folder, found)
}

/** A text file at the top of a folder; undefined where it cannot be read. */
export const readTextFile = async (folder: string, name: string): Promise<string | undefined> => {
  const path = await findFile(folder, name)
  return path === undefined ? undefined : readFile(path, 'utf8').catch(() => undefined)
}

/** Whether a folder is the top of a boot drive. */
export const isBootDrive = async (folder: string): Promise<boolean> => (await findFile(folder, INFO_FILE)) !== undefined

/** A USB drive on which a unit may wait for its file. */
export interface BootDrive {
  /** What opens it: the block device on Linux, the folder elsewhere. */
  readonly path: string
  /** The place of its USB device, as `PortInfo.location`. */
  readonly location: string | undefined
  readonly manufacturer: string | undefined
  readonly vendorId: string | undefined
  readonly productId: string | undefined
  readonly serialNumber: string | undefined
}

/** Numbers that all boards of a kind show: RP2040's in its boot ROM. They name no unit. */
const sharedSerials = new Set(['e0c9125b0d9b'])

/** A USB serial number as the unit's own; undefined for one that all boards of a kind have. */
export const ownSerial = (serial: string | undefined): string | undefined =>
  serial === undefined || sharedSerials.has(serial.toLowerCase()) ? undefined : serial
