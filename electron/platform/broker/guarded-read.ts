import type { Socket } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import type { GuardRefusal, PacketGuard } from './packet-guard.ts'

/** Why a socket is closed before its bytes reach the broker's parser. */
type ReadRefusal = GuardRefusal | 'packet not completed in time'

/**
 * Puts the guard between a socket and its reader, which uses `read()`: only complete, valid packets come out. Wrapping the one method
 * costs a call per chunk; a separate stream in between would cost two buffers and several events per chunk for each of
 * thousands of connections.
 * @param packetMs milliseconds a packet may take from its first byte to its last.
 * @param refuse called once; it closes the socket.
 */
export const guardReads = (
  socket: Socket,
  guard: PacketGuard,
  packetMs: number,
  clock: Clock,
  refuse: (reason: ReadRefusal) => void,
): void => {
  const read: (size?: number) => Buffer | null = socket.read.bind(socket)
  let forgetDeadline: (() => void) | undefined
  let open = true
  const stop = () => {
    open = false
    forgetDeadline?.()
  }
  const close = (reason: ReadRefusal) => {
    if (!open) return
    stop()
    refuse(reason)
  }
  const watch = (anotherBegan: boolean) => {
    if (forgetDeadline && guard.holding && !anotherBegan) return
    forgetDeadline?.()
    forgetDeadline = guard.holding ? clock.after(packetMs, () => close('packet not completed in time')) : undefined
  }
  socket.once('close', stop)
  socket.read = (size?: number): Buffer | null => {
    const chunk = open ? read(size) : null
    if (chunk === null) return null
    const whole = guard.admit(chunk)
    if (guard.refused) close(guard.refused)
    else watch(whole !== undefined)
    return whole ?? null
  }
}
