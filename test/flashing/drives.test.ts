import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ownSerial } from '../../electron/flashing/drives/boot-drive.ts'
import { createDriveOpener } from '../../electron/flashing/drives/drive-link.ts'
import { createLinuxDriveLister, type DriveRoots } from '../../electron/flashing/drives/linux.ts'
import { createMacDriveLister, parseMounts, parseUsbDisks } from '../../electron/flashing/drives/mac.ts'
import { mountedAt } from '../../electron/flashing/drives/mount.ts'
import { parseMountInfo } from '../../electron/flashing/drives/mountinfo.ts'
import { createWindowsDriveLister, parseWindowsDrives } from '../../electron/flashing/drives/windows.ts'
import { isOfDevice, showsAs } from '../../electron/flashing/ports/place.ts'
import type { PortInfo } from '../../electron/flashing/ports/port-info.ts'

/** A machine of files: its sysfs, its mounts, and drives that are folders. */
const machine = () => {
  const root = mkdtempSync(join(tmpdir(), 'drives-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const roots: DriveRoots = { sys: join(root, 'sys'), dev: join(root, 'dev'), mountInfo: join(root, 'mountinfo') }
  const mounts: string[] = []
  put('mountinfo', '')
  return {
    roots,
    put,
    folder: (name: string) => join(root, name),
    /** Plugs a USB disk with one partition in. */
    plug(disk: string, numbers: string, { usb = '1-4.2', serial = 'E0C9125B0D9B', sectors = 262_144 } = {}) {
      const device = `devices/pci0000:00/0000:00:14.0/usb1/1-4/${usb}`
      const block = `${device}/${usb}:1.0/host0/target0:0:0/0:0:0:0/block/${disk}`
      put(`sys/${device}/idVendor`, '2e8a\n')
      put(`sys/${device}/idProduct`, '0003\n')
      put(`sys/${device}/serial`, `${serial}\n`)
      put(`sys/${block}/size`, `${sectors}\n`)
      put(`sys/${block}/${disk}1/dev`, `${numbers}\n`)
      put(`sys/${block}/${disk}1/size`, `${sectors - 1}\n`)
      put(`sys/class/block/${disk}1/dev`, `${numbers}\n`)
      put(`sys/dev/block/${numbers}/size`, `${sectors - 1}\n`)
      mkdirSync(join(roots.sys, 'block'), { recursive: true })
      symlinkSync(`../${block}`, join(roots.sys, 'block', disk))
    },
    pull(disk: string, numbers: string) {
      rmSync(join(roots.sys, 'block', disk))
      rmSync(join(roots.sys, 'class/block', `${disk}1`), { recursive: true })
      rmSync(join(roots.sys, 'dev/block', numbers), { recursive: true })
    },
    mount(numbers: string, name: string, info = 'INFO_UF2.TXT', options = 'rw,nosuid') {
      const folder = join(root, name)
      mkdirSync(folder, { recursive: true })
      if (info) writeFileSync(join(folder, info), 'UF2 Bootloader v3.0\r\nBoard-ID: RPI-RP2\r\n')
      mounts.push(
        `${mounts.length + 90} 28 ${numbers} / ${folder.replaceAll(' ', '\\040')} ${options} shared:9 - vfat /dev/x rw`,
      )
      put('mountinfo', `${mounts.join('\n')}\n`)
      return folder
    },
  }
}

it('Linux: a boot drive is a USB disk with INFO_UF2.TXT in any case, at the place of its USB device', async () => {
  const { plug, mount, roots } = machine()
  plug('sda', '8:1')
  plug('sdb', '8:17', { usb: '1-4.3', serial: '5303284720C4641C' })
  plug('sdc', '8:33', { usb: '1-4.4', sectors: 60_000_000 })
  mount('8:1', 'RPI RP2', 'info_uf2.txt')
  mount('8:17', 'photos', '')
  mount('8:33', 'big', 'INFO_UF2.TXT')
  const drives = await createLinuxDriveLister(roots)()
  expect(drives).toEqual([
    {
      path: join(roots.dev, 'sda1'),
      location: 'pci-0000:00:14.0-usb-0:4.2:1.0',
      manufacturer: undefined,
      vendorId: '2e8a',
      productId: '0003',
      // All RP2040 show this number in their boot ROM.
      serialNumber: undefined,
    },
    expect.objectContaining({ path: join(roots.dev, 'sdc1') }),
  ])
})

it('Linux: a small drive that nothing mounts may be one; a memory stick is left alone', async () => {
  const { plug, roots } = machine()
  plug('sda', '8:1', { serial: '5303284720C4641C' })
  plug('sdb', '8:17', { usb: '1-4.3', sectors: 60_000_000 })
  const drives = await createLinuxDriveLister(roots)()
  expect(drives).toMatchObject([{ path: join(roots.dev, 'sda1'), serialNumber: '5303284720C4641C' }])
})

it('Linux: a machine without sysfs has no drives', async () => {
  const lister = createLinuxDriveLister({ sys: '/nowhere', dev: '/dev', mountInfo: '/nowhere/mountinfo' })
  expect(await lister()).toEqual([])
})

it('a drive is opened where it is mounted, of several mounts where it can be written', async () => {
  const { plug, mount, roots } = machine()
  plug('sda', '8:1')
  const writable = mount('8:1', 'one')
  mount('8:1', 'two', 'INFO_UF2.TXT', 'ro,nosuid')
  const open = createDriveOpener({ roots, platform: 'linux', mount: () => Promise.reject(new Error('not asked')) })
  const place = { slot: '1', usbPath: undefined, usbSerial: undefined }
  const link = await open(join(roots.dev, 'sda1'), { folder: '' }, place)
  expect(link.name).toBe(writable)
  expect(await link.readText('INFO_UF2.TXT')).toContain('RPI-RP2')
})

it('a drive that nothing mounts is mounted, and what cannot be mounted is said', async () => {
  const { plug, mount, roots } = machine()
  plug('sda', '8:1')
  const place = { slot: '1', usbPath: undefined, usbSerial: undefined }
  const asked: string[] = []
  const open = createDriveOpener({
    roots,
    platform: 'linux',
    mount: async (device) => {
      asked.push(device)
      return mount('8:1', 'mounted')
    },
  })
  const link = await open(join(roots.dev, 'sda1'), { folder: '' }, place)
  expect([link.name.endsWith('mounted'), asked]).toEqual([true, [join(roots.dev, 'sda1')]])
  await expect(open(join(roots.dev, 'sdz1'), { folder: '' }, place)).rejects.toMatchObject({ code: 'DRIVE_GONE' })
})

it('the mount of a drive that has left may stay: the block device tells', async () => {
  const { plug, pull, mount, roots } = machine()
  plug('sda', '8:1')
  mount('8:1', 'stale')
  const open = createDriveOpener({ roots, platform: 'linux' })
  const link = await open(
    join(roots.dev, 'sda1'),
    { folder: '' },
    { slot: '1', usbPath: undefined, usbSerial: undefined },
  )
  expect(await link.isGone()).toBe(false)
  pull('sda', '8:1')
  expect(await link.isGone()).toBe(true)
  expect(await createLinuxDriveLister(roots)()).toEqual([])
})

it('a folder that is no boot drive, or cannot be written to, is refused in words', async () => {
  const { folder, put } = machine()
  put('plain/readme.txt', 'x')
  const open = createDriveOpener()
  const place = { slot: '1', usbPath: undefined, usbSerial: undefined }
  await expect(open('', { folder: folder('plain') }, place)).rejects.toMatchObject({ code: 'DRIVE_NOT_BOOT' })
  await expect(open('', { folder: folder('none') }, place)).rejects.toMatchObject({ code: 'DRIVE_GONE' })
})

it('mountinfo: escapes are undone, binds and broken lines left out', () => {
  const mounts = parseMountInfo(
    [
      '36 28 8:1 / /media/op/RPI\\040RP2 ro,nosuid shared:1 - vfat /dev/sda1 rw',
      '37 28 8:2 /part /srv rw - ext4 /dev/sdb2 rw',
      'nonsense',
      '',
    ].join('\n'),
  )
  expect(mounts).toEqual([
    { device: '8:1', folder: '/media/op/RPI RP2', type: 'vfat', source: '/dev/sda1', isReadOnly: true },
  ])
})

it.each([
  ['Mounted /dev/sda1 at /run/media/op/RPI-RP2.\n', '/run/media/op/RPI-RP2'],
  ['Mounted /dev/sda1 at /media/op/RPI RP2\n', '/media/op/RPI RP2'],
  [
    "Error mounting /dev/sda1: GDBus.Error:org.freedesktop.UDisks2.Error.AlreadyMounted: Device /dev/sda1 is already mounted at `/media/op/D'.\n",
    '/media/op/D',
  ],
  ['Error looking up object for device /dev/sda1\n', undefined],
])('udisksctl: %s', (output, folder) => {
  expect(mountedAt(output)).toBe(folder)
})

it('Windows: letters of USB disks at the location path of their USB device', async () => {
  const answer = JSON.stringify([
    {
      parent: 'USB\\VID_2E8A&PID_0003\\E0C9125B0D9B',
      above: ['PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)#USB(2)', null],
      maker: '(Standard disk drives)',
      letters: ['E:'],
    },
    { parent: 'USB\\VID_239A&PID_0029&MI_00\\7&1A2B&0&0000', above: [null], maker: null, letters: ['F:', null] },
  ])
  expect(parseWindowsDrives(answer)).toMatchObject([
    {
      path: 'E:\\',
      location: 'PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)#USB(2)',
      vendorId: '2e8a',
      productId: '0003',
      serialNumber: undefined,
    },
    { path: 'F:\\', location: undefined, vendorId: '239a', serialNumber: undefined },
  ])
  let asked = 0
  const list = createWindowsDriveLister(
    async () => ['D:\\', 'E:\\'],
    async (path) => path === 'E:\\',
    async () => {
      asked += 1
      return answer
    },
  )
  expect([(await list()).length, (await list())[0]?.vendorId, asked]).toEqual([1, '2e8a', 1])
})

it('macOS: drives below /Volumes at the location id of their USB device', async () => {
  const { put, folder } = machine()
  put('Volumes/RPI-RP2/INFO_UF2.TXT', '')
  put('Volumes/Macintosh HD/readme', '')
  const usb = `+-o RP2 Boot@14200000  <class IOUSBHostDevice, id 0x100000abc, registered>
    {
      "USB Serial Number" = "A1B2C3D4E5F60718"
      "idVendor" = 11914
      "idProduct" = 3
      "locationID" = 337641472
      "USB Vendor Name" = "Raspberry Pi"
    }
    +-o IOMedia  <class IOMedia>
        "BSD Name" = "disk4"
        "BSD Name" = "disk4s1"
+-o Keyboard@14300000  <class IOUSBHostDevice, id 0x100000abd, registered>
    {
      "locationID" = 338690048
    }
`
  const mounts = `/dev/disk3s1s1 on / (apfs, sealed, local)\n/dev/disk4s1 on ${folder('Volumes/RPI-RP2')} (msdos, local, nodev)\n`
  expect(parseUsbDisks(usb)).toHaveLength(1)
  expect(parseMounts(mounts).get('/')).toBe('disk3s1s1')
  const list = createMacDriveLister(folder('Volumes'), async () => ({ usb, mounts }))
  expect(await list()).toEqual([
    {
      path: folder('Volumes/RPI-RP2'),
      location: '14200000',
      manufacturer: 'Raspberry Pi',
      vendorId: '2e8a',
      productId: '0003',
      serialNumber: 'A1B2C3D4E5F60718',
    },
  ])
})

it('a drive and a console are of a slot’s USB device, whatever interface they are', () => {
  const port = (location: string, kind: PortInfo['kind']): PortInfo => ({
    ...{ path: '/dev/x', location, ...(kind && { kind }) },
    ...{ manufacturer: undefined, vendorId: undefined, productId: undefined, serialNumber: undefined },
  })
  const slot = { location: 'pci-0000:00:14.0-usb-0:4.2:1.0', path: null }
  const other = 'pci-0000:00:14.0-usb-0:4.2:1.2'
  expect(isOfDevice(slot, port(other, 'drive'))).toBe(true)
  expect(isOfDevice(slot, port(other, undefined))).toBe(true)
  expect(isOfDevice(slot, port('pci-0000:00:14.0-usb-0:4.20:1.0', 'drive'))).toBe(false)
  // Two sockets of one hub: what stands behind the colon is no interface.
  const socket = { location: 'pci-0000:00:14.0-usb-0:4.2', path: null }
  expect(isOfDevice(socket, port('pci-0000:00:14.0-usb-0:4.2:1.2', 'drive'))).toBe(true)
  expect(isOfDevice(socket, port('pci-0000:00:14.0-usb-0:4.3', 'drive'))).toBe(false)
  expect(isOfDevice(socket, port('pci-0000:00:14.0-usb-0:4.3:1.0', 'drive'))).toBe(false)
  const windows = { location: 'PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)', path: null }
  expect(isOfDevice(windows, port('PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)#USBMI(0)', 'drive'))).toBe(true)
  expect(isOfDevice({ location: '14200000', path: null }, port('14200000-1', undefined))).toBe(true)
  expect([showsAs('drive', port(other, 'drive')), showsAs('serial', port(other, 'drive'))]).toEqual([true, false])
  expect([showsAs('drive', port(other, undefined)), showsAs('process', port(other, 'drive'))]).toEqual([false, true])
})

it('a number that all boards of a kind show is no unit’s', () => {
  expect([ownSerial('E0C9125B0D9B'), ownSerial('e0c9125b0d9b'), ownSerial('E6612483CB1F3A26')]).toEqual([
    undefined,
    undefined,
    'E6612483CB1F3A26',
  ])
})
