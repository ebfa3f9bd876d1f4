import type { PortChange, PortInfo, Ports } from '../../electron/flashing/ports/port-info.ts'

type Kind = NonNullable<PortInfo['kind']>

/** Where the socket is, in udev's words. */
export const socketDevice = 'pci-0000:00:14.0-usb-0:4.2'

/** The interface that a unit shows at its place; a USB device without a serial port has none. */
const interfaceOf: Readonly<Record<Kind, string>> = { drive: ':1.0', serial: ':1.2', usb: '' }

/** One USB socket, in which a unit shows one after the other what its boot loader and its firmware are. */
export const usbSocket = () => {
  const there = new Map<string, PortInfo>()
  let tell: (change: PortChange) => void = () => {}
  const ports: Ports = {
    list: async () => [...there.values()],
    watch: (listener) => {
      tell = listener
      listener({ added: [...there.values()], removed: [] })
      return () => {}
    },
    add: () => {},
    remove: () => {},
  }
  return {
    ports,
    show(path: string, kind: Kind, serialNumber?: string) {
      const port: PortInfo = {
        ...{ path, kind, serialNumber, location: `${socketDevice}${interfaceOf[kind]}` },
        ...{ manufacturer: undefined, vendorId: '2e8a', productId: undefined },
      }
      there.set(path, port)
      tell({ added: [port], removed: [] })
    },
    hide(path: string) {
      const port = there.get(path)
      there.delete(path)
      if (port) tell({ added: [], removed: [port] })
    },
  }
}
