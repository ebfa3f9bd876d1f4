import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as Listener, Socket } from 'node:net'

/** One client's connection; with TLS the one below the encryption. */
interface Connection {
  readonly socket: Socket
  /** Requests whose answer is not out yet. */
  active: number
}

/** The connections of a port, and how to be rid of those that wait. */
export interface Connections {
  /** Closes those on which nothing is under way, and from now on each other one when its answers are out. */
  closeIdle(): void
}

/** A connection's TLS and TCP sockets have this in common. */
const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/**
 * Keeps count of a port's connections. Node's own count does not do for stopping: it takes a connection that never asked
 * anything, or is still in its TLS handshake, for a busy one, and does not look again when a busy one becomes idle.
 * @param listening where connections come in; @param serving what answers on them: the same, or those behind it.
 */
export const trackConnections = (listening: Listener, serving: readonly Server[]): Connections => {
  const connections = new Map<string, Connection>()
  let closing = false

  listening.on('connection', (socket: Socket) => {
    const key = keyOf(socket)
    const connection = { socket, active: 0 }
    connections.set(key, connection)
    socket.on('close', () => {
      if (connections.get(key) === connection) connections.delete(key)
    })
  })
  const asked = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const connection = connections.get(keyOf(socket))
    if (!connection) return
    connection.active += 1
    response.on('close', () => {
      connection.active -= 1
      if (closing && connection.active === 0) socket.destroySoon()
    })
  }
  for (const server of serving) server.on('request', asked)

  return {
    closeIdle: () => {
      closing = true
      for (const { socket, active } of connections.values()) if (active === 0) socket.destroy()
    },
  }
}
