import type { Clock } from '../../platform/basics/clock.ts'
import { type ControlLines, type LineSettings, LinkLostError, type SerialLink } from '../transport.ts'
import { Received } from './receive-buffer.ts'

/** The line as the device at the far end of a pair uses it. */
export interface FarLine {
  /** Sends bytes to our side. */
  send(bytes: Uint8Array): void
  /** Pulls the cable: every call of our side fails. */
  unplug(): void
}

/** The device at the far end of a pair. */
export interface FarDevice {
  receive(bytes: Uint8Array): void
  setLines?(lines: ControlLines): void
  configure?(settings: LineSettings): void
  /** Our side has closed the line. */
  closed?(): void
}

/**
 * A line without a port: our side is a link, the far side is given to `attach`. Bytes arrive in order and in a later turn, like those of
 * a port. Written bytes are copied, so the writer may reuse its buffer.
 */
export const linkPair = (
  name: string,
  settings: LineSettings,
  clock: Clock,
  attach: (line: FarLine) => FarDevice,
): SerialLink => {
  const received = new Received(clock)
  const later = (then: () => void) => queueMicrotask(() => void (received.lost ? undefined : then()))
  const device = attach({
    send: (bytes) => {
      const copy = Uint8Array.from(bytes)
      later(() => received.push(copy))
    },
    unplug: () => received.fail(new LinkLostError(`${name}: unplugged`)),
  })
  const orLost = <T>(then: () => T): Promise<T> => {
    if (received.lost) return Promise.reject(received.lost)
    return Promise.resolve(then())
  }
  device.configure?.(settings)
  return {
    transport: 'serial',
    name,
    write: (bytes) =>
      orLost(() => {
        const copy = Uint8Array.from(bytes)
        later(() => device.receive(copy))
      }),
    read: (timeoutMs, signal) => received.read(timeoutMs, signal),
    unread: (bytes) => received.unread(bytes),
    flush: () => received.flush(),
    configure: (next) => orLost(() => device.configure?.(next)),
    setLines: (lines) => orLost(() => device.setLines?.(lines)),
    close: async () => {
      if (received.lost) return
      received.fail(new LinkLostError(`${name}: closed`))
      device.closed?.()
    },
  }
}
