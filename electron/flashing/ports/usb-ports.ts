import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hexId, type ListDevices, placeOnBus } from '../usb/usb-library.ts'
import { USB_PREFIX } from '../usb/usb-link.ts'
import type { PortInfo } from './port-info.ts'

/** Interface class and subclass of a device that takes firmware (USB DFU 1.1, 4.2.3). */
const firmwareUpgrade = { interfaceClass: 0xfe, subclass: 1 }

/**
 * The place of a USB device in the words of udev's `ID_PATH`: `pci-0000:00:14.0-usb-0:4.2`. A serial port of the device has the same place
 * with its interface behind it. Without PCI, the number of the bus stands for its controller.
 */
const locationOf = (link: string, name: string): string => {
  const pci = /\/([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])\/usb\d+\//.exec(`${link}/`)?.[1]
  const [bus, ports] = name.split('-')
  return pci === undefined ? `usb-${bus}-0:${ports}` : `pci-${pci}-usb-0:${ports}`
}

const text = async (path: string): Promise<string | undefined> => {
  const value = await readFile(path, 'utf8').catch(() => '')
  return value.trim() === '' ? undefined : value.trim()
}

/** Lists devices with a DFU interface from sysfs; the facts of a device are read once a plug. Empty where there is no USB. */
export const createLinuxUsbLister = (sys = '/sys') => {
  const folder = join(sys, 'bus', 'usb', 'devices')
  const known = new Map<string, { readonly visit: string | undefined; readonly port: PortInfo | undefined }>()

  const look = async (name: string, interfaces: readonly string[]): Promise<PortInfo | undefined> => {
    const fact = (file: string) => text(join(folder, name, file))
    const classes = await Promise.all(
      interfaces.map(async (one) => {
        const [main, sub] = await Promise.all(
          ['bInterfaceClass', 'bInterfaceSubClass'].map((file) => text(join(folder, one, file))),
        )
        return (
          Number.parseInt(main ?? '', 16) === firmwareUpgrade.interfaceClass &&
          Number.parseInt(sub ?? '', 16) === firmwareUpgrade.subclass
        )
      }),
    )
    if (!classes.includes(true)) return undefined
    const link = await readlink(join(folder, name)).catch(() => '')
    const [manufacturer, vendorId, productId, serialNumber] = await Promise.all(
      ['manufacturer', 'idVendor', 'idProduct', 'serial'].map(fact),
    )
    const path = `${USB_PREFIX}${name}`
    return { kind: 'usb', path, location: locationOf(link, name), manufacturer, vendorId, productId, serialNumber }
  }

  return async (): Promise<readonly PortInfo[]> => {
    const names = await readdir(folder).catch(() => [])
    const devices = names.filter((name) => /^\d+-[\d.]+$/.test(name)).sort()
    for (const name of known.keys()) if (!devices.includes(name)) known.delete(name)
    const ports: PortInfo[] = []
    for (const name of devices) {
      const visit = await text(join(folder, name, 'devnum'))
      const before = known.get(name)
      const port =
        before && before.visit === visit
          ? before.port
          : await look(
              name,
              names.filter((one) => one.startsWith(`${name}:`)),
            )
      known.set(name, { visit, port })
      if (port) ports.push(port)
    }
    return ports
  }
}

/** Lists devices with a DFU interface by the library; empty where it finds no USB. */
export const createLibraryUsbLister = (list: ListDevices) => async (): Promise<readonly PortInfo[]> => {
  const devices = await list().catch(() => [])
  return devices
    .filter(({ configurations }) =>
      configurations.some(({ interfaces }) =>
        interfaces.some(({ alternates }) =>
          alternates.some(
            ({ interfaceClass, interfaceSubclass }) =>
              interfaceClass === firmwareUpgrade.interfaceClass && interfaceSubclass === firmwareUpgrade.subclass,
          ),
        ),
      ),
    )
    .map((device) => ({
      kind: 'usb',
      path: `${USB_PREFIX}${placeOnBus(device)}`,
      location: `usb-${placeOnBus(device)}`,
      manufacturer: device.manufacturerName ?? undefined,
      vendorId: hexId(device.vendorId),
      productId: hexId(device.productId),
      serialNumber: device.serialNumber ?? undefined,
    }))
}

/** How this platform lists its USB devices with a DFU interface. */
export const platformUsbLister = (list: ListDevices, platform: NodeJS.Platform = process.platform) =>
  platform === 'linux' ? createLinuxUsbLister() : createLibraryUsbLister(list)
