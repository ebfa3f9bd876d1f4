import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { busPathOf, createLinuxLister } from '../../electron/flashing/ports/linux.ts'
import { macPorts } from '../../electron/flashing/ports/mac.ts'
import type { PortChange, PortInfo } from '../../electron/flashing/ports/port-info.ts'
import { createPorts, platformLister } from '../../electron/flashing/ports/ports.ts'
import { createWindowsLister, locationPaths } from '../../electron/flashing/ports/windows.ts'
import { createTestClock } from '../helpers/clock.ts'
import { until } from '../helpers/until.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ports-'))
})
afterEach(() => rm(root, { recursive: true }))

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

/** A tty as the kernel shows it, and its node; `device` is the folder in `/sys/devices`. */
const plug = async (name: string, device: string, facts: Readonly<Record<string, string>> = {}) => {
  const tty = `sys/devices/${device}/tty/${name}`
  await mkdir(join(root, tty), { recursive: true })
  await mkdir(join(root, 'sys/class/tty'), { recursive: true })
  await symlink(relative(join(root, 'sys/class/tty'), join(root, tty)), join(root, 'sys/class/tty', name))
  await symlink('../..', join(root, tty, 'device'))
  const usb = /^(.*\/\d+-[\d.]+)\/\d+-[\d.]+:[\d.]+/.exec(device)?.[1]
  for (const [file, text] of Object.entries(facts)) {
    await put(
      file === 'type' || file === 'port_number'
        ? `sys/devices/${device}/${file === 'type' ? `tty/${name}/` : ''}${file}`
        : `sys/devices/${usb}/${file}`,
      `${text}\n`,
    )
  }
  await put(`dev/${name}`, '')
}

const lister = () => createLinuxLister({ sys: join(root, 'sys'), dev: join(root, 'dev') })
const hub = 'pci0000:00/0000:00:14.0/usb1/1-4/1-4.2'

describe('on Linux', () => {
  it('tells an adapter behind a hub with its place as udev names it, from sysfs alone', async () => {
    await plug('ttyUSB0', `${hub}/1-4.2:1.0/ttyUSB0`, {
      idVendor: '10c4',
      idProduct: 'ea60',
      serial: '0001',
      manufacturer: 'Silicon Labs',
      devnum: '9',
      port_number: '0',
    })
    expect(await lister()()).toEqual([
      {
        path: join(root, 'dev/ttyUSB0'),
        location: 'pci-0000:00:14.0-usb-0:4.2:1.0-port0',
        manufacturer: 'Silicon Labs',
        vendorId: '10c4',
        productId: 'ea60',
        serialNumber: '0001',
      },
    ])
  })

  it('tells a program the position on the bus of what is behind a port', async () => {
    await plug('ttyUSB0', `${hub}/1-4.2:1.0/ttyUSB0`)
    await plug('ttyS0', 'pci0000:00/0000:00:16.3')
    const roots = { sys: join(root, 'sys'), dev: join(root, 'dev') }
    expect(await busPathOf(join(root, 'dev/ttyUSB0'), roots)).toBe('1-4.2')
    await symlink('ttyUSB0', join(root, 'dev/by-name'))
    expect(await busPathOf(join(root, 'dev/by-name'), roots)).toBe('1-4.2')
    for (const none of ['dev/ttyS0', 'dev/gone']) expect(await busPathOf(join(root, none), roots)).toBeUndefined()
  })

  it('tells both ports of one device apart, and takes the place that udev gave where there is one', async () => {
    await plug('ttyACM0', `${hub}/1-4.2:1.0`)
    await plug('ttyACM1', 'platform/soc/fe980000.usb/usb3/3-1/3-1:1.2', { devnum: '4' })
    await mkdir(join(root, 'dev/serial/by-path'), { recursive: true })
    await symlink('../../ttyACM1', join(root, 'dev/serial/by-path/platform-fe980000.usb-usb-0:1:1.2'))
    await symlink('../../ttyACM1', join(root, 'dev/serial/by-path/platform-fe980000.usb-usbv2-0:1:1.2'))
    expect((await lister()())?.map(({ location }) => location)).toEqual([
      'pci-0000:00:14.0-usb-0:4.2:1.0',
      'platform-fe980000.usb-usb-0:1:1.2',
    ])
  })

  it('leaves out consoles, reserved UARTs and ports whose node is not there yet', async () => {
    await plug('tty1', 'virtual')
    await plug('ttyS0', 'pnp0/00:01', { type: '4' })
    await plug('ttyS1', 'platform/serial8250', { type: '0' })
    await plug('ttyUSB3', `${hub}/1-4.2:1.0/ttyUSB3`)
    await unlink(join(root, 'dev/ttyUSB3'))
    expect((await lister()())?.map(({ path }) => path)).toEqual([join(root, 'dev/ttyS0')])
  })

  it('reads another device in the same socket anew', async () => {
    const list = lister()
    await plug('ttyUSB0', `${hub}/1-4.2:1.0/ttyUSB0`, { serial: 'A', devnum: '9' })
    await list()
    await put(`sys/devices/${hub}/serial`, 'B\n')
    await put(`sys/devices/${hub}/devnum`, '10\n')
    expect((await list())?.[0]?.serialNumber).toBe('B')
  })

  it('explains a missing udevadm where there is no sysfs either', async () => {
    const missing = Object.assign(new Error('spawn udevadm ENOENT'), { code: 'ENOENT' })
    const list = platformLister('linux', () => Promise.reject(missing), lister())
    await expect(list()).rejects.toMatchObject({ name: 'FlashError', code: 'PORTS_UDEVADM_MISSING' })
  })
})

describe('on Windows', () => {
  const listed = [
    {
      path: 'COM7',
      pnpId: 'USB\\VID_10C4&PID_EA60\\0001',
      locationId: 'Port_#0004.Hub_#0003',
      vendorId: '10C4',
      productId: 'EA60',
    },
    {
      path: 'COM9',
      pnpId: 'FTDIBUS\\VID_0403+PID_6001+A50285BIA\\0000',
      vendorId: '0403',
      productId: '6001',
      serialNumber: 'A50285BI',
    },
    {
      path: 'COM3',
      pnpId: 'USB\\VID_1A86&PID_7523\\5&2A4F1F8&0&4',
      locationId: 'Port_#0002.Hub_#0001',
      serialNumber: '5&2A4F1F8&0&4',
    },
  ]
  const answer = JSON.stringify([
    {
      id: 'USB\\VID_10C4&PID_EA60\\0001',
      own: ['PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)#USB(2)', 'ACPI(_SB_)'],
      above: [],
    },
    {
      id: 'FTDIBUS\\VID_0403+PID_6001+A50285BIA\\0000',
      own: [null],
      above: ['PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(7)'],
    },
  ])

  it('names places by location paths, an FTDI port by that of its parent, and falls back to what the library has', async () => {
    const ports = await createWindowsLister(
      async () => listed,
      async () => answer,
    )()
    expect(ports.map(({ path, location, serialNumber }) => [path, location, serialNumber])).toEqual([
      ['COM7', 'PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(4)#USB(2)', undefined],
      ['COM9', 'PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(7)', 'A50285BI'],
      ['COM3', 'Port_#0002.Hub_#0001', undefined],
    ])
  })

  it('asks once per new device, and lists all the same where it gets no answer', async () => {
    let asked = 0
    const list = createWindowsLister(
      async () => listed,
      () => {
        asked += 1
        return Promise.reject(new Error('no PowerShell'))
      },
    )
    await list()
    expect((await list()).map(({ location }) => location)).toEqual([
      'Port_#0004.Hub_#0003',
      undefined,
      'Port_#0002.Hub_#0001',
    ])
    expect(asked).toBe(1)
  })

  it('refuses an answer of another form', () => {
    expect(() => locationPaths('{"id":1}')).toThrow()
  })
})

it('names places on macOS by location ids, and opens the side that does not wait for carrier', () => {
  const ports = macPorts([
    { path: '/dev/tty.usbserial-0001', locationId: '14210000', vendorId: '10c4', productId: 'ea60' },
    { path: '/dev/tty.usbmodem14101', locationId: '14100000' },
    { path: '/dev/tty.usbmodem14103', locationId: '14100000' },
    { path: '/dev/tty.Bluetooth-Incoming-Port' },
  ])
  expect(ports.map(({ path, location }) => [path, location])).toEqual([
    ['/dev/cu.usbserial-0001', '14210000'],
    ['/dev/cu.usbmodem14101', '14100000-1'],
    ['/dev/cu.usbmodem14103', '14100000-3'],
    ['/dev/cu.Bluetooth-Incoming-Port', undefined],
  ])
})

const port = (path: string, serialNumber?: string): PortInfo => ({
  path,
  location: `at ${path}`,
  manufacturer: undefined,
  vendorId: undefined,
  productId: undefined,
  serialNumber,
})

describe('watching', () => {
  const watching = (list: () => Promise<readonly PortInfo[]>) => {
    const clock = createTestClock()
    const ports = createPorts({ clock, list })
    const changes: string[] = []
    const failures: unknown[] = []
    const words = ({ added, removed }: PortChange) =>
      [...removed.map(({ path }) => `-${path}`), ...added.map(({ path }) => `+${path}`)].join(' ')
    const stop = ports.watch(
      (change) => changes.push(words(change)),
      (error) => failures.push(error),
    )
    return { clock, ports, changes, failures, stop }
  }
  /** Lets what is due come to its end. */
  const settle = () => new Promise(setImmediate)

  it('tells what is there, then what comes, goes, and is swapped', async () => {
    let now = [port('a'), port('b', '1')]
    const { clock, changes, stop } = watching(async () => now)
    await settle()
    now = [port('b', '2'), port('c')]
    clock.advance(1_000)
    await settle()
    clock.advance(1_000)
    await settle()
    stop()
    now = []
    clock.advance(5_000)
    await settle()
    expect(changes).toEqual(['+a +b', '-a -b +b +c'])
  })

  it('tells a failing list once, and goes on when it is mended', async () => {
    let isBroken = true
    const { clock, changes, failures, stop } = watching(async () => {
      if (isBroken) throw new FlashError('PORTS_UNLISTABLE', { detail: 'x' })
      return [port('a')]
    })
    await settle()
    for (let second = 0; second < 3; second++) {
      clock.advance(1_000)
      await settle()
    }
    isBroken = false
    clock.advance(1_000)
    await settle()
    stop()
    expect(failures).toHaveLength(1)
    expect(changes).toEqual(['+a'])
  })

  it('has ports by hand beside the list while they exist, and lists them where listing fails', async () => {
    const { clock, ports, changes, stop } = watching(() => Promise.reject(new FlashError('PORTS_UNLISTABLE')))
    await settle()
    await expect(ports.list()).rejects.toMatchObject({ code: 'PORTS_UNLISTABLE' })
    const path = join(root, 'pty')
    ports.add(path)
    ports.add('COM77')
    await put('pty', '')
    expect((await ports.list()).map((one) => one.path)).toEqual([path, 'COM77'])
    clock.advance(1_000)
    await until(
      () => changes.length,
      (count) => count > 0,
    )
    await unlink(path)
    clock.advance(1_000)
    await until(
      () => changes.length,
      (count) => count > 1,
    )
    stop()
    expect(changes).toEqual([`+${path} +COM77`, `-${path}`])
  })

  it('takes a folder by hand for a drive, a USB node for a device, and all else for a serial line', async () => {
    const { ports, stop } = watching(() => Promise.resolve([]))
    await put('drive/INFO_UF2.TXT', '')
    await put('ttyACM0', '')
    const drive = join(root, 'drive')
    const line = join(root, 'ttyACM0')
    for (const path of [drive, line, 'COM7', '\\\\.\\COM12', 'E:\\', '/dev/bus/usb/000/000']) ports.add(path)
    expect((await ports.list()).map(({ path, kind }) => [path, kind])).toEqual([
      [drive, 'drive'],
      [line, 'serial'],
      ['COM7', 'serial'],
      ['\\\\.\\COM12', 'serial'],
    ])
    stop()
  })
})
