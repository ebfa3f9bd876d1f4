import { access, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isOutOfFiles } from '../../platform/basics/out-of-files.ts'
import type { PortInfo } from './port-info.ts'

/** Folders of the kernel and udev that describe ports; tests use others. */
interface LinuxRoots {
  readonly sys: string
  readonly dev: string
}

const linuxRoots: LinuxRoots = { sys: '/sys', dev: '/dev' }

/** Names of serial ports; consoles and ptys are not among them. */
const isPortName = (name: string): boolean =>
  /^(tty(S|USB|ACM|AMA|SC|SAC|MFD|O|WCH\w*|XRUSB|THS|mxc|HS|GS|PS|CH9344USB|CH343USB)|rfcomm)\d+$/.test(name)

/** Undefined for what is missing. With too many open files it throws, because a port must not be taken for another one. */
const unlessMissing =
  <T>(missing: T) =>
  (error: unknown): T => {
    if (isOutOfFiles(error)) throw error
    return missing
  }

const text = async (path: string): Promise<string | undefined> => {
  const value = await readFile(path, 'utf8').catch(unlessMissing(''))
  return value.trim() === '' ? undefined : value.trim()
}

/**
 * The place in the words of udev's `ID_PATH` (systemd, udev-builtin-path_id), for USB behind PCI: `pci-0000:00:14.0-usb-0:4.2:1.0`, with
 * the port's number for adapters of several. Undefined for any other bus, where only udev's own link will do.
 */
export const placeOf = (device: string, portNumber: string | undefined): string | undefined => {
  const found = /\/([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])\/usb\d+\/(?:.*\/)?\d+-([\d.]+):([\d.]+)\//.exec(
    `${device}/`,
  )
  if (!found) return undefined
  const [, pci, ports, face] = found
  return `pci-${pci}-usb-0:${ports}:${face}${portNumber === undefined ? '' : `-port${portNumber}`}`
}

/** Links of `/dev/serial/by-path` by the port they point to; of two names for one place the one without the USB version. */
const linksByPort = async ({ dev }: LinuxRoots): Promise<ReadonlyMap<string, string>> => {
  const folder = join(dev, 'serial', 'by-path')
  const names = await readdir(folder).catch(unlessMissing([]))
  const links = new Map<string, string>()
  for (const name of names.sort((left, right) => Number(/-usbv\d-/.test(right)) - Number(/-usbv\d-/.test(left)))) {
    const target = await readlink(join(folder, name)).catch(() => undefined)
    const port = target?.replace(/^.*\//, '')
    if (port) links.set(port, name)
  }
  return links
}

interface Known {
  readonly key: string
  readonly facts: Omit<PortInfo, 'location'>
  readonly place: string | undefined
}

/**
 * Lists ports from sysfs without a process, so it may run every second. The facts of a port are read once a plug.
 * @returns undefined where there is no `/sys/class/tty`. Its promise rejects where too many files are open.
 */
export const createLinuxLister = (roots: LinuxRoots = linuxRoots) => {
  const known = new Map<string, Known>()

  /** Undefined for what is not hardware: virtual, or a UART that the kernel reserves a name for. */
  const look = async (name: string): Promise<Known | undefined> => {
    const folder = join(roots.sys, 'class', 'tty', name)
    const link = await readlink(folder).catch(() => undefined)
    if (link === undefined || link.includes('/virtual/')) return undefined
    const usb = /^(.*\/\d+-[\d.]+)\/\d+-[\d.]+:[\d.]+\//.exec(link)?.[1]
    const usbFolder = usb === undefined ? undefined : join(roots.sys, 'class', 'tty', usb)
    // The device number changes with every plug at the same place.
    const key = `${link} ${usbFolder === undefined ? '' : await text(join(usbFolder, 'devnum'))}`
    const before = known.get(name)
    if (before?.key === key) return before
    // A PNP or platform UART of type 0 (PORT_UNKNOWN) does not exist.
    if (usbFolder === undefined && (await text(join(folder, 'type'))) === '0') return undefined
    const fact = (file: string) => (usbFolder === undefined ? undefined : text(join(usbFolder, file)))
    const [manufacturer, vendorId, productId, serialNumber, portNumber] = await Promise.all([
      fact('manufacturer'),
      fact('idVendor'),
      fact('idProduct'),
      fact('serial'),
      text(join(folder, 'device', 'port_number')),
    ])
    const path = join(roots.dev, name)
    return { key, facts: { path, manufacturer, vendorId, productId, serialNumber }, place: placeOf(link, portNumber) }
  }

  return async (): Promise<readonly PortInfo[] | undefined> => {
    const names = await readdir(join(roots.sys, 'class', 'tty')).catch(unlessMissing(undefined))
    if (!names) return undefined
    const links = await linksByPort(roots)
    const ports: PortInfo[] = []
    for (const name of names.filter(isPortName).sort()) {
      const found = await look(name)
      if (!found) continue
      known.set(name, found)
      // Udev makes the node after the kernel lists the port; without it the port cannot be opened yet.
      const isReady = await access(found.facts.path).then(
        () => true,
        () => false,
      )
      if (isReady) ports.push({ ...found.facts, location: links.get(name) ?? found.place })
    }
    for (const name of known.keys()) if (!names.includes(name)) known.delete(name)
    return ports
  }
}

/** The position on the bus as Linux and libusb write it, `1-4.2`, of the device behind a port; undefined for what is not on USB. */
export const busPathOf = async (path: string, { sys }: LinuxRoots = linuxRoots): Promise<string | undefined> => {
  const node = await realpath(path).catch(() => path)
  const device = await realpath(join(sys, 'class', 'tty', basename(node), 'device')).catch(() => '')
  return [...device.matchAll(/\/(\d+-[\d.]+)(?=[:/]|$)/g)].at(-1)?.[1]
}
