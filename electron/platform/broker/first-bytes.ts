import type { Socket } from 'node:net'

/**
 * Calls `serve` when the first bytes of a connection are readable, so that a silent connection costs only its admission slot.
 * The bytes stay in the socket; the callee listens for `readable`.
 */
export const onFirstBytes = (socket: Socket, serve: () => void): void => {
  // A reset is normal and is followed by the close event.
  socket.on('error', () => undefined)
  socket.once('readable', () => {
    // The connection ended without sending any byte.
    if (socket.readableLength === 0) return void socket.destroy()
    serve()
    socket.emit('readable')
  })
}
