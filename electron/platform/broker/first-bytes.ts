import type { Socket } from 'node:net'

/**
 * Calls back with a connection's first bytes, which are still to be read from it: one that says nothing costs no more than its place at the gate.
 * Whoever is called listens for `readable`.
 */
export const onFirstBytes = (socket: Socket, serve: () => void): void => {
  // A reset is everyday, and followed by the close.
  socket.on('error', () => undefined)
  socket.once('readable', () => {
    // It ended without a word.
    if (socket.readableLength === 0) return void socket.destroy()
    serve()
    socket.emit('readable')
  })
}
