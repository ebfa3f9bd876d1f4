import type { Programmer } from '#shared/schema.ts'
import type { AtProfile } from './at-profiles/profile.ts'

/** Line settings of a serial port. */
export interface LineSettings {
  readonly baudRate: number
  readonly parity?: 'none' | 'even' | 'odd'
  readonly dataBits?: 7 | 8
  readonly stopBits?: 1 | 2
}

/** Both lines are always given, because the operating system asserts one that is left out. */
export interface ControlLines {
  readonly dtr: boolean
  readonly rts: boolean
}

/**
 * An open serial line to one device: a port, or a pair of buffers in tests. What the device sends before a read is kept. After the
 * other end is gone, every call fails with LinkLostError.
 */
export interface SerialLink {
  readonly transport: 'serial'
  /** The port's path. */
  readonly name: string
  /** Resolves once the bytes are handed to the line. @throws LinkLostError. */
  write(bytes: Uint8Array): Promise<void>
  /** The bytes that have arrived, at least one; empty after `timeoutMs` without any. @throws LinkLostError; the signal's reason. */
  read(timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array>
  /** Gives bytes back to be read first. */
  unread(bytes: Uint8Array): void
  /** Drops bytes that have arrived and were not read. */
  flush(): void
  /** Changes speed and parity. */
  configure(settings: LineSettings): Promise<void>
  /** Does nothing where the port has no control lines (a pty answers ENOTTY). */
  setLines(lines: ControlLines): Promise<void>
  close(): Promise<void>
}

/**
 * A setup packet of a control transfer (USB 2.0, 9.3). Standard requests go to the device, class and vendor requests to the interface that
 * is claimed.
 */
export interface UsbSetup {
  readonly type: 'standard' | 'class' | 'vendor'
  readonly request: number
  readonly value: number
}

/** One setting of an interface (USB 2.0, 9.6.5). */
export interface UsbAlternate {
  readonly interfaceNumber: number
  readonly alternate: number
  readonly interfaceClass: number
  readonly subclass: number
  readonly protocol: number
  /** Its string; '' where it has none. */
  readonly name: string
}

/** What a device says of itself. */
export interface UsbDescription {
  /** Four lower-case hex digits. */
  readonly vendorId: string
  readonly productId: string
  readonly serialNumber: string | undefined
  readonly alternates: readonly UsbAlternate[]
}

/**
 * The USB device at a place. It may leave the bus and come back as another device; the place stays. While no device is there, every call
 * but `reattach` fails with LinkLostError.
 */
export interface UsbLink {
  readonly transport: 'usb'
  /** The place on the bus. */
  readonly name: string
  /** @throws LinkLostError. */
  describe(): Promise<UsbDescription>
  /** Takes an interface from the system's driver and selects one of its settings. @throws FlashError USB_BUSY, USB_DRIVER; LinkLostError. */
  claim(interfaceNumber: number, alternate: number): Promise<void>
  /** Reads up to `length` bytes. @throws UsbTransferError; LinkLostError; the signal's reason. */
  controlIn(setup: UsbSetup, length: number, timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array>
  /** @throws UsbTransferError; LinkLostError; the signal's reason. */
  controlOut(setup: UsbSetup, bytes: Uint8Array, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Resets the device on the bus; it may come back as another one. @throws LinkLostError. */
  reset(): Promise<void>
  /**
   * Waits until the device has left its place and one is there again, and opens that.
   * @throws LinkLostError after `timeoutMs`; FlashError naming why it cannot be opened; the signal's reason.
   */
  reattach(timeoutMs: number, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** A device that is there did not carry out a transfer: it refused (`stall`), or did not answer in time. */
export class UsbTransferError extends Error {
  override readonly name = 'UsbTransferError'
  readonly kind: 'stall' | 'timeout'

  constructor(kind: 'stall' | 'timeout', options?: ErrorOptions) {
    super(`USB transfer: ${kind}`, options)
    this.kind = kind
  }
}

/** A new file on a drive, written once from its beginning to its end. */
export interface DriveFile {
  /** Hands the bytes to the system. @throws the system's error; LinkLostError when the link was closed. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when the drive has taken them. @throws as `write`. */
  sync(): Promise<void>
  /** Closing twice is allowed. @throws as `write`. */
  close(): Promise<void>
}

/** The drive that a unit shows itself as; the family writes files to it. */
export interface DriveLink {
  readonly transport: 'drive'
  /** The folder where the drive is mounted. */
  readonly name: string
  /** A text file at the top of the drive, by its name in any case. @throws LinkLostError: it is not there any more. */
  readText(name: string): Promise<string>
  /** Creates a file at the top of the drive. @throws FlashError DRIVE_READ_ONLY, DRIVE_WRITE; LinkLostError. */
  create(name: string): Promise<DriveFile>
  /** Whether the drive is gone; its folder may outlive it. @throws LinkLostError when the link was closed. */
  isGone(): Promise<boolean>
  close(): Promise<void>
}

/** The place where a unit is plugged in, as far as it is known. */
export interface Place {
  /** The slot's label. */
  readonly slot: string
  /** The position on the bus. */
  readonly usbPath: string | undefined
  /** The USB serial number of what is plugged in: a probe, an adapter, or the unit itself. */
  readonly usbSerial: string | undefined
}

/** One start of a program. */
export interface ProgramStart {
  readonly program: string
  readonly args: readonly string[]
  /** The working directory. */
  readonly folder: string
  /** Reads one of its two outputs to the end; the program waits while this does not read. */
  readonly read: (output: AsyncIterable<Uint8Array>, source: 'stdout' | 'stderr') => Promise<void>
}

/** How a program ended: by itself with a code, or by a signal. */
export interface ProgramEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** The place where a unit is plugged in, left closed for the program that the family starts. */
export interface ProcessLink {
  readonly transport: 'process'
  /** The port's path, for the program. */
  readonly name: string
  readonly place: Place
  /** The programmer that the recipe names. */
  readonly programmer: Programmer
  /**
   * Runs a program to its end, without shell and input; nothing that it started is left when this settles.
   * @throws FlashError COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, COMMAND_NOT_STARTED; the signal's reason; LinkLostError when closed.
   */
  run(start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd>
  /** Ends a running program with everything that it started. */
  close(): Promise<void>
}

/** What the download server answered to requests for one file so far. */
export interface Answered {
  readonly requests: number
  /** The latest status; undefined before the first request. */
  readonly status: number | undefined
  /** The farthest byte of the file that was sent. */
  readonly bytes: number
}

/** A file on the station's download server, under an address of its own. */
export interface OfferedFile {
  readonly url: string
  answered(): Answered
  /** From now on the address answers 410. */
  close(): void
}

/** The AT port of a module. The module restarts while it is updated; a USB module then leaves the bus and comes back at its place. */
export interface AtLink {
  readonly transport: 'at'
  /** The port's path when the link was opened. */
  readonly name: string
  /** The dialogue that the recipe names. */
  readonly profile: AtProfile
  /** The line as it is open now. */
  readonly line: SerialLink
  /** Opens the port at this place again. @throws FlashError PORT_…: not there yet; LinkLostError: the link was closed. */
  reopen(): Promise<void>
  /** Whether the link was closed on our side. */
  readonly closed: boolean
  /** Gives the module an address for the file. @throws FlashError AT_ADDRESS_LONG. */
  offer(file: { readonly name: string; readonly bytes: Uint8Array; readonly urlMax: number }): Promise<OfferedFile>
  close(): Promise<void>
}

interface Links {
  readonly serial: SerialLink
  readonly usb: UsbLink
  readonly drive: DriveLink
  readonly process: ProcessLink
  readonly at: AtLink
}

/** What a family works over. */
export type Transport = keyof Links
export type LinkOf<T extends Transport> = Links[T]
export type Link = LinkOf<Transport>

/** What opening a link takes besides the place. */
export interface LinkSettings {
  readonly serial: LineSettings
  /** USB ids in hex, four digits; what is left out may be any. */
  readonly usb: { readonly vendorId?: string | undefined; readonly productId?: string | undefined }
  /** A folder instead of the drive at the place; '' where the place decides. */
  readonly drive: { readonly folder: string }
  readonly process: { readonly programmer: string }
  readonly at: { readonly serial: LineSettings; readonly profile: string; readonly host: string }
}

/** @throws FlashError naming why the place cannot be opened. */
export type OpenLink<T extends Transport> = (
  path: string,
  settings: LinkSettings[T],
  place: Place,
) => Promise<LinkOf<T>>

/** The transports that a station offers, by kind. Serial is always there, because the console of a unit is serial. */
export type TransportRegistry = {
  readonly serial: (path: string, settings: LinkSettings['serial']) => Promise<SerialLink>
} & {
  readonly [T in Exclude<Transport, 'serial'>]?: OpenLink<T>
}

/** The cable was pulled, the port vanished, or the link was closed. */
export class LinkLostError extends Error {
  override readonly name = 'LinkLostError'
}
