import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { z } from 'zod'
import { type BootDrive, isBootDrive, ownSerial } from './boot-drive.ts'

/**
 * Queries every USB disk's letters, PnP id, the USB device above it and their location paths, as JSON. A disk's own serial number is the
 * board's only where the USB device has one: it is the last part of the parent's id.
 */
const question = `$ErrorActionPreference='SilentlyContinue'
function Value($id,$key){(Get-PnpDeviceProperty -InstanceId $id -KeyName $key).Data}
ConvertTo-Json -Compress -Depth 3 @(Get-CimInstance Win32_DiskDrive -Filter "InterfaceType='USB'"|ForEach-Object{
$parent=Value $_.PNPDeviceID 'DEVPKEY_Device_Parent'
@{parent=$parent;above=@(Value $parent 'DEVPKEY_Device_LocationPaths');maker=$_.Manufacturer
letters=@(Get-CimAssociatedInstance $_ -ResultClassName Win32_DiskPartition|ForEach-Object{Get-CimAssociatedInstance $_ -ResultClassName Win32_LogicalDisk}|ForEach-Object{$_.DeviceID})}})`

const Answer = z.array(
  z.object({
    parent: z.string().nullable(),
    above: z.array(z.string().nullable()),
    maker: z.string().nullish(),
    letters: z.array(z.string().nullable()),
  }),
)

/** Drives by what PowerShell answered. Windows invents serial numbers with `&` for devices without one. */
export const parseWindowsDrives = (json: string): readonly BootDrive[] =>
  Answer.parse(JSON.parse(json)).flatMap(({ parent, above, maker, letters }) => {
    const ids = /^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})[^\\]*\\(.*)$/i.exec(parent ?? '')
    const serial = ids?.[3]?.includes('&') ? undefined : ids?.[3]
    return letters
      .filter((letter) => letter !== null && /^[A-Z]:$/i.test(letter))
      .map((letter) => ({
        path: `${letter}\\`,
        location: above.find((path) => path !== null && path !== '') ?? undefined,
        manufacturer: maker ?? undefined,
        vendorId: ids?.[1]?.toLowerCase(),
        productId: ids?.[2]?.toLowerCase(),
        serialNumber: ownSerial(serial),
      }))
  })

const ask = (): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', question],
      { timeout: 15_000, windowsHide: true, maxBuffer: 4_000_000 },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    )
  })

const lettersNow = async (): Promise<readonly string[]> => {
  const letters = [...'DEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`)
  const there = await Promise.all(
    letters.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return letters.filter((_, at) => there[at])
}

/** Lists boot drives; PowerShell is asked only when the boot drives among the letters change. */
export const createWindowsDriveLister = (letters = lettersNow, isBoot = isBootDrive, askDrives = ask) => {
  let known: readonly BootDrive[] = []
  let asked = ''
  return async (): Promise<readonly BootDrive[]> => {
    const all = await letters()
    const boot = (await Promise.all(all.map(isBoot))).flatMap((is, at) => (is ? [all[at] ?? ''] : []))
    const key = boot.join()
    if (key !== asked) {
      asked = key
      known = boot.length === 0 ? [] : await askDrives().then(parseWindowsDrives, () => [])
    }
    return boot.map(
      (path) =>
        known.find((drive) => drive.path.toLowerCase() === path.toLowerCase()) ?? {
          ...{ path, location: undefined, manufacturer: undefined },
          ...{ vendorId: undefined, productId: undefined, serialNumber: undefined },
        },
    )
  }
}
