import { access } from 'node:fs/promises'
import type { Clock } from '../../platform/basics/clock.ts'
import { type LineSettings, LinkLostError, type SerialLink } from '../transport.ts'
import { type NativeHandle, openNative } from './native-port.ts'
import { openError } from './open-error.ts'
import { Received } from './receive-buffer.ts'

/** Interval at which the path of an open port is checked, so that an unplug is noticed without a read or write. */
const lookEveryMs = 400

const sameFrame = (left: LineSettings, right: LineSettings): boolean =>
  (left.parity ?? 'none') === (right.parity ?? 'none') &&
  (left.dataBits ?? 8) === (right.dataBits ?? 8) &&
  (left.stopBits ?? 1) === (right.stopBits ?? 1)

/** A pty has no control lines: ENOTTY on Linux, EINVAL or ENOTTY elsewhere. */
const withoutControlLines = /inappropriate ioctl|ENOTTY|not a typewriter/i

/** Whether the port is gone when its path no longer exists; COM names are not files. */
const isFile = (path: string): boolean => path.startsWith('/')

/**
 * Opens a serial port exclusively.
 * @throws FlashError PORT_BUSY, PORT_DENIED, PORT_GONE, PORT_NOT_SERIAL, PORT_FAILED with `port` and `detail`.
 */
export const openSerialLink = async (path: string, settings: LineSettings, clock: Clock): Promise<SerialLink> => {
  const received = new Received(clock)
  let current = settings
  let handle: NativeHandle | undefined
  /** Rejects with LinkLostError when the port is gone, so that a write into a full buffer ends with it. */
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => undefined)

  const lose = (reason: string) => {
    received.fail(new LinkLostError(`${path}: ${reason}`))
    gone.reject(received.lost)
    const old = handle
    handle = undefined
    // An error while closing a lost port has no meaning.
    old?.close().catch(() => undefined)
  }

  const open = () => openNative(path, current, { data: (bytes) => received.push(bytes), lost: lose })

  const opened = (): NativeHandle => {
    if (handle) return handle
    throw received.lost ?? new LinkLostError(`${path}: closed`)
  }

  /** Calls the port; a failure counts as the loss of the port. */
  const call = async (act: (port: NativeHandle) => Promise<void>): Promise<void> => {
    const port = opened()
    try {
      await Promise.race([act(port), gone.promise])
    } catch (error) {
      if (error instanceof LinkLostError) throw error
      lose(error instanceof Error ? error.message : String(error))
      throw received.lost
    }
  }

  const look = () => {
    clock.after(lookEveryMs, () => {
      if (!handle) return
      access(path).then(look, () => handle && lose('unplugged'))
    })
  }

  try {
    handle = await open()
  } catch (error) {
    throw openError(path, error)
  }
  if (isFile(path)) look()

  return {
    transport: 'serial',
    name: path,
    write: (bytes) => call((port) => port.write(bytes)),
    read: (timeoutMs, signal) => received.read(timeoutMs, signal),
    unread: (bytes) => received.unread(bytes),
    flush: () => received.flush(),
    configure: async (next) => {
      if (sameFrame(current, next)) {
        await call((port) => port.setBaudRate(next.baudRate))
        current = next
        return
      }
      // The library can only change the speed of an open port, so the port is opened again.
      await opened().close()
      current = next
      try {
        handle = await open()
      } catch (error) {
        handle = undefined
        lose(error instanceof Error ? error.message : String(error))
        throw received.lost
      }
    },
    setLines: (lines) =>
      call(async (port) => {
        try {
          await port.setLines(lines)
        } catch (error) {
          if (!(error instanceof Error && withoutControlLines.test(error.message))) throw error
        }
      }),
    close: async () => {
      const old = handle
      handle = undefined
      received.fail(new LinkLostError(`${path}: closed`))
      gone.reject(received.lost)
      await old?.close().catch(() => undefined)
    },
  }
}
