import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BootDrive, isBootDrive, ownSerial } from './boot-drive.ts'

/** A USB device of `ioreg -p IOUSB`'s tree with the BSD names of its disks. */
interface UsbDisk {
  readonly names: readonly string[]
  readonly drive: Omit<BootDrive, 'path'>
}

const hex4 = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : Number(text).toString(16).padStart(4, '0')

/**
 * USB devices with disks, from `ioreg -r -c IOUSBHostDevice -l -w 0`: a device's properties stand before those of what is below it, and
 * its disks have a "BSD Name". Location ids are numbers there, and eight hex digits in the names of serial ports' places.
 */
export const parseUsbDisks = (text: string): readonly UsbDisk[] => {
  const disks: UsbDisk[] = []
  for (const device of text.split(/^.*\+-o .*<class (?:IOUSBHostDevice|IOUSBDevice)\b.*$/m).slice(1)) {
    const value = (key: string) => new RegExp(`"${key}" = "?([^"\\n]*)"?`).exec(device)?.[1]
    const names = [...device.matchAll(/"BSD Name" = "(disk\d+(?:s\d+)?)"/g)].map(([, name]) => name ?? '')
    if (names.length === 0) continue
    const place = value('locationID')
    disks.push({
      names,
      drive: {
        location: place === undefined ? undefined : Number(place).toString(16).padStart(8, '0'),
        manufacturer: value('USB Vendor Name') ?? value('kUSBVendorString'),
        vendorId: hex4(value('idVendor')),
        productId: hex4(value('idProduct')),
        serialNumber: ownSerial(value('USB Serial Number') ?? value('kUSBSerialNumberString')),
      },
    })
  }
  return disks
}

/** Where disks are mounted, by their names, from `mount`: `/dev/disk4s1 on /Volumes/RPI-RP2 (msdos, …)`. */
export const parseMounts = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^\/dev\/(disk\S+) on (.+) \([^()]*\)$/gm)].map(([, name = '', folder = '']) => [folder, name]),
  )

const run = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: 15_000, maxBuffer: 32_000_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })

const systemTexts = async () => ({
  usb: await run('/usr/sbin/ioreg', ['-r', '-c', 'IOUSBHostDevice', '-l', '-w', '0']),
  mounts: await run('/sbin/mount', []),
})

/** Lists boot drives below `/Volumes`; the system is asked where they are plugged in only when they change. */
export const createMacDriveLister = (volumes = '/Volumes', ask = systemTexts) => {
  let known: readonly BootDrive[] = []
  let asked = ''
  return async (): Promise<readonly BootDrive[]> => {
    const names = (await readdir(volumes).catch(() => [])).sort()
    const folders = names.map((name) => join(volumes, name))
    const boot = (await Promise.all(folders.map(isBootDrive))).flatMap((is, at) => (is ? [folders[at] ?? ''] : []))
    const key = boot.join('\n')
    if (key === asked) return known
    const told = await ask().catch(() => ({ usb: '', mounts: '' }))
    const disks = parseUsbDisks(told.usb)
    const mounts = parseMounts(told.mounts)
    known = boot.map((path) => {
      const name = mounts.get(path)
      const disk = name === undefined ? undefined : disks.find(({ names: own }) => own.includes(name))
      return {
        path,
        ...(disk?.drive ?? {
          ...{ location: undefined, manufacturer: undefined, vendorId: undefined },
          ...{ productId: undefined, serialNumber: undefined },
        }),
      }
    })
    asked = key
    return known
  }
}
