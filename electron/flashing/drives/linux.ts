import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { placeOf } from '../ports/linux.ts'
import { type BootDrive, isBootDrive, ownSerial } from './boot-drive.ts'
import { type Mount, parseMountInfo } from './mountinfo.ts'

/** Folders and files of the kernel that describe drives; tests use others. */
export interface DriveRoots {
  readonly sys: string
  readonly dev: string
  readonly mountInfo: string
}

export const linuxDriveRoots: DriveRoots = { sys: '/sys', dev: '/dev', mountInfo: '/proc/self/mountinfo' }

/** A drive that nothing mounts may be a boot drive if it is no larger: boot ROMs show 128 MB, memory sticks have more. */
const MOST_BYTES = 256 * 1024 * 1024
const SECTOR = 512

const text = async (path: string): Promise<string | undefined> => {
  const value = (await readFile(path, 'utf8').catch(() => '')).trim()
  return value === '' ? undefined : value
}

/** Links of `/dev/disk/by-path` by the device they point to, without what names a part of the USB device's drive. */
const placesByDisk = async ({ dev }: DriveRoots): Promise<ReadonlyMap<string, string>> => {
  const folder = join(dev, 'disk', 'by-path')
  const places = new Map<string, string>()
  for (const name of await readdir(folder).catch(() => [])) {
    const place = /^(.*-usb-[\d:.]+)-scsi-[\d:]+$/.exec(name)?.[1]
    const target = place === undefined ? undefined : await readlink(join(folder, name)).catch(() => undefined)
    if (place !== undefined && target !== undefined) places.set(basename(target), place)
  }
  return places
}

/** What is mounted now; empty where the system does not tell. */
export const mountsNow = async ({ mountInfo }: DriveRoots): Promise<readonly Mount[]> =>
  parseMountInfo(await readFile(mountInfo, 'utf8').catch(() => ''))

/** The folders where a device is mounted, the latest first. */
export const foldersOf = (mounts: readonly Mount[], device: string | undefined): readonly Mount[] =>
  device === undefined ? [] : mounts.filter((mount) => mount.device === device).reverse()

/** The numbers of a block device, by its path in `/dev`: `8:1`; undefined where the kernel does not have it. */
export const deviceNumbers = ({ sys }: DriveRoots, path: string): Promise<string | undefined> =>
  text(join(sys, 'class', 'block', basename(path), 'dev'))

interface Volume {
  readonly name: string
  readonly device: string
  readonly bytes: number
}

/** Lists USB drives on which a unit may wait, from sysfs. It reads files only, so it may run every second. */
export const createLinuxDriveLister = (roots: DriveRoots = linuxDriveRoots) => {
  /** Partitions of a disk, or the disk itself where it has none. */
  const volumesOf = async (disk: string): Promise<readonly Volume[]> => {
    const folder = join(roots.sys, 'block', disk)
    const inside = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(disk)).sort()
    const volumes = await Promise.all(
      (inside.length > 0 ? inside : [disk]).map(async (name) => {
        const at = inside.length > 0 ? join(folder, name) : folder
        const [device, size] = await Promise.all([text(join(at, 'dev')), text(join(at, 'size'))])
        return { name, device: device ?? '', bytes: Number(size ?? 0) * SECTOR }
      }),
    )
    return volumes.filter(({ device, bytes }) => device !== '' && bytes > 0)
  }

  /** The disk's volume that is a boot drive, or may be one because nothing mounts it. */
  const bootVolume = async (disk: string, mounts: readonly Mount[]): Promise<Volume | undefined> => {
    for (const volume of await volumesOf(disk)) {
      const folders = foldersOf(mounts, volume.device)
      if (folders.length === 0 && volume.bytes <= MOST_BYTES) return volume
      for (const { folder } of folders) if (await isBootDrive(folder)) return volume
    }
    return undefined
  }

  return async (): Promise<readonly BootDrive[]> => {
    const disks = await readdir(join(roots.sys, 'block')).catch(() => [])
    const drives: BootDrive[] = []
    let mounts: readonly Mount[] | undefined
    for (const disk of disks.sort()) {
      const link = await readlink(join(roots.sys, 'block', disk)).catch(() => undefined)
      const usb = link === undefined ? undefined : /^(.*\/\d+-[\d.]+)\/\d+-[\d.]+:[\d.]+\//.exec(link)?.[1]
      if (link === undefined || usb === undefined) continue
      mounts ??= await mountsNow(roots)
      const volume = await bootVolume(disk, mounts)
      if (!volume) continue
      const fact = (file: string) => text(join(roots.sys, 'block', usb, file))
      const [manufacturer, vendorId, productId, serial] = await Promise.all([
        fact('manufacturer'),
        fact('idVendor'),
        fact('idProduct'),
        fact('serial'),
      ])
      const path = join(roots.dev, volume.name)
      // A bus that is not behind PCI is named by udev alone.
      const location = placeOf(link, undefined) ?? (await placesByDisk(roots)).get(disk)
      drives.push({ path, location, manufacturer, vendorId, productId, serialNumber: ownSerial(serial) })
    }
    return drives
  }
}
