import { SerialPort } from 'serialport'
import type { ControlLines, LineSettings } from '../transport.ts'
import { waitForAll } from './poller.ts'

/** A port as the operating system lists it, with what the platform knows of it. */
export interface NativePort {
  readonly path: string
  readonly manufacturer?: string | undefined
  readonly serialNumber?: string | undefined
  readonly pnpId?: string | undefined
  readonly locationId?: string | undefined
  readonly vendorId?: string | undefined
  readonly productId?: string | undefined
}

/** An open port of the operating system; the one place that knows the library. */
export interface NativeHandle {
  write(bytes: Uint8Array): Promise<void>
  setBaudRate(baudRate: number): Promise<void>
  setLines(lines: ControlLines): Promise<void>
  close(): Promise<void>
}

interface NativeEvents {
  data(bytes: Uint8Array): void
  /** The port is gone or failed; not called for our own `close`. */
  lost(reason: string): void
}

/** Ports as the library lists them. On Linux it starts `udevadm`; without that program it fails with the code ENOENT. */
export const listNative = (): Promise<readonly NativePort[]> => SerialPort.list()

const settled = (start: (done: (error: Error | null | undefined) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())))

/**
 * Opens a port exclusively. Its `data` listener stays while it is open, because without one the library does not read and never notices
 * an unplug. Closing leaves the control lines as they are: a change of parity opens the port anew and must not reset a board.
 */
export const openNative = async (path: string, settings: LineSettings, events: NativeEvents): Promise<NativeHandle> => {
  const port = new SerialPort({
    path,
    baudRate: settings.baudRate,
    parity: settings.parity ?? 'none',
    dataBits: settings.dataBits ?? 8,
    stopBits: settings.stopBits ?? 1,
    lock: true,
    hupcl: false,
    autoOpen: false,
  })
  let closing = false
  let lost = false
  const onLost = (reason: string) => {
    if (closing || lost) return
    lost = true
    events.lost(reason)
  }
  port.on('data', (bytes: Buffer) => {
    if (!closing) events.data(bytes)
  })
  port.on('error', (error) => onLost(error.message))
  port.on('close', (error: Error | null) => onLost(error?.message ?? 'closed'))
  await settled((done) => port.open(done))
  if (port.port && 'poller' in port.port) waitForAll(port.port.poller)
  return {
    write: (bytes) => settled((done) => port.write(Buffer.from(bytes), done)),
    setBaudRate: (baudRate) => settled((done) => port.update({ baudRate }, done)),
    setLines: ({ dtr, rts }) => settled((done) => port.set({ dtr, rts, brk: false }, done)),
    close: async () => {
      closing = true
      if (port.isOpen) await settled((done) => port.close(done))
    },
  }
}
