import { FlashError } from '../flasher.ts'

/** What we use of a device of npm `usb`. */
export interface LibraryDevice {
  readonly vendorId: number
  readonly productId: number
  readonly bus: string
  readonly address: number
  readonly ports: readonly number[]
  readonly serialNumber: string | null
  readonly manufacturerName: string | null
  readonly opened: boolean
  readonly configurations: readonly {
    readonly interfaces: readonly {
      readonly interfaceNumber: number
      readonly alternates: readonly {
        readonly alternateSetting: number
        readonly interfaceClass: number
        readonly interfaceSubclass: number
        readonly interfaceProtocol: number
        readonly interfaceName?: string | null
      }[]
    }[]
  }[]
  open(): Promise<void>
  close(): Promise<void>
  reset(): Promise<void>
  claimInterface(interfaceNumber: number): Promise<void>
  selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void>
  detachKernelDriver(interfaceNumber: number): Promise<void>
  controlTransferIn(
    setup: LibrarySetup,
    length: number,
    timeoutMs: number,
  ): Promise<{ readonly data?: DataView | undefined; readonly status?: string | undefined }>
  controlTransferOut(
    setup: LibrarySetup,
    data: Uint8Array,
    timeoutMs: number,
  ): Promise<{ readonly status?: string | undefined }>
}

export interface LibrarySetup {
  readonly requestType: 'standard' | 'class' | 'vendor'
  readonly recipient: 'device' | 'interface'
  readonly request: number
  readonly value: number
  readonly index: number
}

/** The devices on the buses of this machine. @throws FlashError USB_UNAVAILABLE. */
export type ListDevices = () => Promise<readonly LibraryDevice[]>

interface Library {
  readonly usb: { getDevices(): Promise<readonly LibraryDevice[]> }
}

const unavailable = (cause: unknown): FlashError => {
  const detail = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  return new FlashError('USB_UNAVAILABLE', { detail }, { cause })
}

/** Loads the library when the first device is asked for: it has no build for some systems, which then have no USB. */
const loadLibrary = async (): Promise<Library> => {
  try {
    return (await import('usb')) as unknown as Library
  } catch (error) {
    throw unavailable(error)
  }
}

/** Lists by npm `usb`, which throws where the system has no USB, as in a container. */
export const listDevices: ListDevices = async () => {
  const { usb } = await loadLibrary()
  try {
    return await usb.getDevices()
  } catch (error) {
    throw unavailable(error)
  }
}

/** The place of a device: bus and sockets on the way, `1-4.2` as Linux writes it. */
export const placeOnBus = ({ bus, ports }: Pick<LibraryDevice, 'bus' | 'ports'>): string =>
  `${/^\d+$/.test(bus) ? Number(bus) : bus}-${ports.join('.')}`

export const hexId = (id: number): string => id.toString(16).padStart(4, '0')
