import { stat } from 'node:fs/promises'
import type { Clock } from '../../platform/basics/clock.ts'
import { isBootDrive } from '../drives/boot-drive.ts'
import { platformDrives } from '../drives/list-drives.ts'
import { FlashError } from '../flasher.ts'
import { listNative } from '../links/native-port.ts'
import { createLinuxLister } from './linux.ts'
import { macPorts } from './mac.ts'
import type { PortInfo, Ports } from './port-info.ts'
import { createWindowsLister } from './windows.ts'

interface PortsSettings {
  readonly clock: Clock
  /** Lists the system's ports; by default as this platform does. */
  readonly list?: () => Promise<readonly PortInfo[]>
  readonly intervalMs?: number
}

const isMissingProgram = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const fromLibrary = (port: Awaited<ReturnType<typeof listNative>>[number]): PortInfo => ({
  path: port.path,
  location: undefined,
  manufacturer: port.manufacturer,
  vendorId: port.vendorId?.toLowerCase(),
  productId: port.productId?.toLowerCase(),
  serialNumber: port.serialNumber,
})

/** How this platform lists its ports. @throws FlashError PORTS_UDEVADM_MISSING, PORTS_UNLISTABLE, from the answer. */
export const platformLister = (
  platform: NodeJS.Platform = process.platform,
  native: typeof listNative = listNative,
  linux = createLinuxLister(),
  drives = platformDrives(platform),
): (() => Promise<readonly PortInfo[]>) => {
  const windows = createWindowsLister(native)
  const list = async () => {
    if (platform === 'win32') return windows()
    if (platform === 'darwin') return macPorts(await native())
    return (platform === 'linux' ? await linux() : undefined) ?? (await native()).map(fromLibrary)
  }
  return async () => {
    try {
      const ports = await list()
      // Boot drives are listed as far as they can be: serial ports do not wait for what the system says of drives.
      const more = await drives().catch(() => [])
      return [...ports, ...more.map((drive) => ({ ...drive, kind: 'drive' as const }))]
    } catch (error) {
      if (platform === 'linux' && isMissingProgram(error)) {
        throw new FlashError('PORTS_UDEVADM_MISSING', {}, { cause: error })
      }
      const detail = error instanceof Error ? error.message : String(error)
      throw new FlashError('PORTS_UNLISTABLE', { detail }, { cause: error })
    }
  }
}

/** A port added by hand: a folder is a drive while a boot loader shows it, a node of the USB file system a device, all else a serial line. */
const byHand = (path: string, isFolder: boolean): PortInfo => ({
  kind: isFolder ? 'drive' : path.startsWith('/dev/bus/usb/') ? 'usb' : 'serial',
  path,
  location: undefined,
  manufacturer: undefined,
  vendorId: undefined,
  productId: undefined,
  serialNumber: undefined,
})

/** The port added by hand, while it is there: a COM name always is, any other path while it exists. */
const addedPort = async (path: string): Promise<PortInfo | undefined> => {
  if (/^COM\d+$/i.test(path)) return byHand(path, false)
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) return (await isBootDrive(path)) ? byHand(path, true) : undefined
  if (stats) return byHand(path, false)
  // What is no path of a file system cannot be looked for.
  return isPath(path) ? undefined : byHand(path, false)
}

/** A path of the file system, of POSIX or of Windows, whose device names begin with `\\\\.\\`. */
const isPath = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\(?![.?]\\))/.test(path)

/** Another device at the same port counts as a new plug. */
const keyOf = ({ path, location, vendorId, productId, serialNumber }: PortInfo): string =>
  JSON.stringify([path, location, vendorId, productId, serialNumber])

/** The ports of this machine, listed once a second while anyone watches. */
export const createPorts = ({ clock, list = platformLister(), intervalMs = 1000 }: PortsSettings): Ports => {
  const hands = new Set<string>()
  const watchers = new Set<{
    readonly changed: Parameters<Ports['watch']>[0]
    readonly failed: (error: unknown) => void
  }>()
  let current = new Map<string, PortInfo>()
  let lastListed: readonly PortInfo[] = []
  let forget: () => void = () => undefined
  let isFailing = false
  let watching: symbol | undefined

  const withHands = async (listed: readonly PortInfo[]): Promise<readonly PortInfo[]> => {
    const paths = [...hands].filter((path) => !listed.some((port) => port.path === path))
    const there = await Promise.all(paths.map(addedPort))
    return [...listed, ...there.filter((port) => port !== undefined)]
  }

  const tellFailure = (error: unknown) => {
    if (isFailing) return
    isFailing = true
    for (const { failed } of watchers) failed(error)
  }

  const look = async (isWanted: () => boolean) => {
    let listed: readonly PortInfo[]
    try {
      listed = await list()
      isFailing = false
      lastListed = listed
    } catch (error) {
      // A failed listing changes nothing: a port that is being written to must not seem unplugged.
      listed = lastListed
      if (isWanted()) tellFailure(error)
    }
    const next = new Map((await withHands(listed)).map((port) => [keyOf(port), port]))
    const added = [...next].flatMap(([key, port]) => (current.has(key) ? [] : [port]))
    const removed = [...current].flatMap(([key, port]) => (next.has(key) ? [] : [port]))
    if (!isWanted()) return
    current = next
    if (added.length > 0 || removed.length > 0) for (const { changed } of watchers) changed({ added, removed })
  }

  /** Lists repeatedly while anyone watches. */
  const begin = () => {
    const mine = Symbol()
    watching = mine
    const isWanted = () => watching === mine
    const goOn = () => {
      look(isWanted).finally(() => {
        if (isWanted()) forget = clock.after(intervalMs, goOn)
      })
    }
    goOn()
  }

  return {
    list: async () => {
      try {
        return await withHands(await list())
      } catch (error) {
        const there = await withHands([])
        if (there.length > 0) return there
        throw error
      }
    },
    watch: (changed, failed = () => undefined) => {
      const watcher = { changed, failed }
      watchers.add(watcher)
      if (watching === undefined) begin()
      else if (current.size > 0) changed({ added: [...current.values()], removed: [] })
      return () => {
        watchers.delete(watcher)
        if (watchers.size > 0) return
        forget()
        watching = undefined
        current = new Map()
        lastListed = []
        isFailing = false
      }
    },
    add: (path) => void hands.add(path),
    remove: (path) => void hands.delete(path),
  }
}
