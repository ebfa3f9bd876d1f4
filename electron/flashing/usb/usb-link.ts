import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError } from '../flasher.ts'
import { pause } from '../pause.ts'
import {
  LinkLostError,
  type LinkSettings,
  type OpenLink,
  type UsbDescription,
  type UsbLink,
  type UsbSetup,
  UsbTransferError,
} from '../transport.ts'
import { hexId, type LibraryDevice, type LibrarySetup, type ListDevices, placeOnBus } from './usb-library.ts'

/** A device that has just been plugged in or restarts is waited for. */
const ARRIVES_MS = 2000
/** Time between two looks for a device that restarts. */
const LOOK_MS = 100

/** The library has no codes: its errors are told by their text. */
const meanings: readonly (readonly [
  pattern: RegExp,
  code: 'stall' | 'timeout' | 'lost' | 'denied' | 'busy' | 'driver',
])[] = [
  [/stall|pipe error/i, 'stall'],
  [/time(d)?[ -]?out|cancel/i, 'timeout'],
  [/disconnect|no such device|not found|ENODEV|device (was )?(gone|removed)/i, 'lost'],
  [/denied|EACCES|permission|EPERM/i, 'denied'],
  [/busy|EBUSY|in use/i, 'busy'],
  [/not.?supported|winusb|driver/i, 'driver'],
]

const meaningOf = (error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  return meanings.find(([pattern]) => pattern.test(text))?.[1]
}

/** The line for udev that lets everybody at the computer use the devices of a vendor. */
export const udevRule = (vendorId: string): string =>
  `SUBSYSTEM=="usb", ATTR{idVendor}=="${vendorId}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`

/** Why a device cannot be used. */
const failure = (port: string, device: Pick<LibraryDevice, 'vendorId'>, cause: unknown): Error => {
  const detail = cause instanceof Error ? cause.message : String(cause)
  const meaning = meaningOf(cause)
  if (meaning === 'lost') return new LinkLostError(`${port}: ${detail}`)
  if (meaning === 'denied')
    return new FlashError(
      'USB_DENIED',
      { port, rule: udevRule(hexId(device.vendorId)), reload: 'sudo udevadm control --reload' },
      { cause },
    )
  if (meaning === 'driver') return new FlashError('USB_DRIVER', { port }, { cause })
  return new FlashError(meaning === 'busy' ? 'USB_BUSY' : 'USB_FAILED', { port, detail }, { cause })
}

const describe = (device: LibraryDevice): UsbDescription => ({
  vendorId: hexId(device.vendorId),
  productId: hexId(device.productId),
  serialNumber: device.serialNumber ?? undefined,
  alternates: (device.configurations[0]?.interfaces ?? []).flatMap(({ interfaceNumber, alternates }) =>
    alternates.map((one) => ({
      interfaceNumber,
      alternate: one.alternateSetting,
      interfaceClass: one.interfaceClass,
      subclass: one.interfaceSubclass,
      protocol: one.interfaceProtocol,
      name: one.interfaceName ?? '',
    })),
  ),
})

const setupOf = ({ type, request, value }: UsbSetup, interfaceNumber: number): LibrarySetup => {
  const isStandard = type === 'standard'
  return {
    requestType: type,
    recipient: isStandard ? 'device' : 'interface',
    request,
    value,
    index: isStandard ? 0 : interfaceNumber,
  }
}

interface LinkDeps {
  readonly list: ListDevices
  readonly clock: Clock
  readonly platform?: NodeJS.Platform
}

const openDevice = async (name: string, device: LibraryDevice): Promise<LibraryDevice> => {
  try {
    await device.open()
    return device
  } catch (error) {
    const reason = failure(name, device, error)
    throw reason instanceof LinkLostError ? new FlashError('USB_GONE', { port: name }, { cause: error }) : reason
  }
}

/** A link to the device at a place of this machine's buses. */
const linkTo = (
  name: string,
  place: string,
  first: LibraryDevice,
  { list, clock, platform = process.platform }: LinkDeps,
): UsbLink => {
  let device = first
  let claimed: number | undefined
  let isClosed = false

  const isThere = async (): Promise<boolean> => {
    const found = (await list()).find((one) => placeOnBus(one) === place)
    return found?.address === device.address
  }

  /** Carries out what the library does, with our errors. */
  const carry = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted()
    if (isClosed) throw new LinkLostError(`${name}: closed`)
    try {
      return await work()
    } catch (error) {
      if (error instanceof UsbTransferError) throw error
      const meaning = meaningOf(error)
      if (isClosed || meaning === 'lost' || !(await isThere().catch(() => true)))
        throw new LinkLostError(`${name}: ${String(error)}`, { cause: error })
      if (meaning === 'stall' || meaning === 'timeout') throw new UsbTransferError(meaning, { cause: error })
      throw failure(name, device, error)
    }
  }

  const release = async (): Promise<void> => {
    claimed = undefined
    if (device.opened) await device.close().catch(() => undefined)
  }

  return {
    transport: 'usb',
    name,
    describe: () => carry(async () => describe(device)),
    claim: (interfaceNumber, alternate) =>
      carry(async () => {
        if (claimed !== interfaceNumber) {
          // A driver of the system may hold it; most have none.
          if (platform === 'linux') await device.detachKernelDriver(interfaceNumber).catch(() => undefined)
          await device.claimInterface(interfaceNumber)
          claimed = interfaceNumber
        }
        await device.selectAlternateInterface(interfaceNumber, alternate)
      }),
    controlIn: (setup, length, timeoutMs, signal) =>
      carry(async () => {
        const { data, status } = await device.controlTransferIn(setupOf(setup, claimed ?? 0), length, timeoutMs)
        if (status === 'stall' || !data) throw new UsbTransferError('stall')
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      }, signal),
    controlOut: (setup, bytes, timeoutMs, signal) =>
      carry(async () => {
        const { status } = await device.controlTransferOut(setupOf(setup, claimed ?? 0), bytes, timeoutMs)
        if (status === 'stall') throw new UsbTransferError('stall')
      }, signal),
    reset: () => carry(() => device.reset()),
    async reattach(timeoutMs, signal) {
      const before = device.address
      await release()
      const end = clock.steady() + timeoutMs
      for (let wasGone = false; ; ) {
        signal?.throwIfAborted()
        if (isClosed) throw new LinkLostError(`${name}: closed`)
        const found = (await list()).find((one) => placeOnBus(one) === place)
        if (found && (wasGone || found.address !== before)) {
          device = await openDevice(name, found)
          return
        }
        wasGone ||= found === undefined
        if (clock.steady() >= end) throw new LinkLostError(`${name}: the device did not return`)
        await pause(clock, LOOK_MS, signal)
      }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await release()
    },
  }
}

/** The prefix of a path that names a place on a bus: `usb:1-4.2`. */
export const USB_PREFIX = 'usb:'

const fits = (device: LibraryDevice, { vendorId, productId }: LinkSettings['usb']): boolean =>
  (vendorId === undefined || vendorId === hexId(device.vendorId)) &&
  (productId === undefined || productId === hexId(device.productId))

/**
 * Opens USB devices of this machine: by `usb:1-4.2`, by their node `/dev/bus/usb/001/005`, or at the place of a serial port.
 * @param placeOfLocation the place on the bus of a slot's location, for a slot that was set up with a serial port.
 */
export const createUsbOpener =
  (deps: LinkDeps & { readonly placeOfLocation: (location: string) => Promise<string | undefined> }): OpenLink<'usb'> =>
  async (path, settings, { usbPath }) => {
    const node = /^\/dev\/bus\/usb\/(\d{3})\/(\d{3})$/.exec(path)
    const place = path.startsWith(USB_PREFIX)
      ? path.slice(USB_PREFIX.length)
      : usbPath && (await deps.placeOfLocation(usbPath))
    const isAt = (one: LibraryDevice): boolean =>
      node ? Number(one.bus) === Number(node[1]) && one.address === Number(node[2]) : placeOnBus(one) === place
    const find = async () => (await deps.list()).find((one) => isAt(one) && fits(one, settings))
    const end = deps.clock.steady() + ARRIVES_MS
    let device = await find()
    while (!device && deps.clock.steady() < end) {
      await pause(deps.clock, LOOK_MS)
      device = await find()
    }
    if (!device) throw new FlashError('USB_GONE', { port: path })
    return linkTo(path, placeOnBus(device), await openDevice(path, device), deps)
  }
