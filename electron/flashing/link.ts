/** Line settings of a serial port. */
export interface LineSettings {
  readonly baudRate: number
  readonly parity?: 'none' | 'even' | 'odd'
  readonly dataBits?: 7 | 8
  readonly stopBits?: 1 | 2
}

/** Both are always given: what is left out would be set to true. */
export interface ControlLines {
  readonly dtr: boolean
  readonly rts: boolean
}

/**
 * A way to one device's bytes, open from the moment one holds it; over a serial port, or a pair of buffers in tests.
 * What a device sends before one listens is kept. After the other end is gone every call fails with LinkLostError.
 */
export interface SerialLink {
  /** For people: the port's path. */
  readonly name: string
  /** Resolves once the bytes are handed to the line. @throws LinkLostError. */
  write(bytes: Uint8Array): Promise<void>
  /** What has come, at least one byte. Empty after `timeoutMs` without any. @throws LinkLostError; the signal's reason. */
  read(timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array>
  /** Gives bytes back to be read first. */
  unread(bytes: Uint8Array): void
  /** Drops what has come and was not read. */
  flush(): void
  /** Changes speed and parity. */
  configure(settings: LineSettings): Promise<void>
  /** Nothing where the line has no modem lines (a pty answers ENOTTY). */
  setLines(lines: ControlLines): Promise<void>
  close(): Promise<void>
}

/** The cable was pulled, the port vanished, or the link was closed. */
export class LinkLostError extends Error {
  override readonly name = 'LinkLostError'
}
