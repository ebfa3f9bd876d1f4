import type { Server, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { plainAddress } from './addresses.ts'
import type { Gate, Pass } from './admission-control.ts'

const passes = new WeakMap<Socket, Pass>()

/** Key that the TLS socket and the TCP socket of a connection share. */
const endsOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`

/** Closes at once; unsent data is lost, and the system keeps no state of the connection. */
export const hangUp = (socket: Socket): void => {
  if (socket.destroyed) return
  // The handle of a socket below TLS may already be closed.
  try {
    socket.resetAndDestroy()
  } catch {
    socket.destroy()
  }
}

export interface ListenerAtGate {
  readonly gate: Gate
  /** For the log: `mqtts`. */
  readonly listener: string
  /** Milliseconds from the connection until TLS and a login or request are complete. */
  readonly withinMs: number
}

/** The open connections of a listener. */
interface SocketGate {
  /** TCP sockets; with TLS, the sockets below the encryption. */
  readonly sockets: ReadonlySet<Socket>
}

/**
 * Applies admission control to a listener. Its `connection` handlers see only admitted connections, because a closed socket would break them.
 * @param serving with TLS, the servers that take over the connections.
 */
export const watchListener = (
  server: Server,
  { gate, listener, withinMs }: ListenerAtGate,
  serving: readonly Server[] = [],
): SocketGate => {
  const sockets = new Set<Socket>()
  const byEnds = new Map<string, Pass>()

  const admit = (socket: Socket): boolean => {
    // Reading the addresses costs two system calls per connection, so it is done only where they are looked up.
    const ends = serving.length > 0 ? endsOf(socket) : undefined
    const address = plainAddress(socket.remoteAddress)
    // A connection that is reset before an error handler exists must not end the process.
    socket.on('error', () => undefined)
    const pass = gate.admit({ listener, address, withinMs, close: () => hangUp(socket) })
    if (!pass) return false
    sockets.add(socket)
    passes.set(socket, pass)
    if (ends !== undefined) byEnds.set(ends, pass)
    socket.once('close', () => {
      pass.left()
      sockets.delete(socket)
      if (ends !== undefined && byEnds.get(ends) === pass) byEnds.delete(ends)
    })
    return true
  }

  const emit = server.emit.bind(server) as (event: string, ...values: unknown[]) => boolean
  server.emit = (event: string, ...values: unknown[]): boolean =>
    event === 'connection' && !admit(values[0] as Socket) ? true : emit(event, ...values)
  for (const behind of serving)
    behind.prependListener('secureConnection', (socket: TLSSocket) => {
      const pass = byEnds.get(endsOf(socket))
      if (pass) passes.set(socket, pass)
    })
  return { sockets }
}

/**
 * Marks a connection whose work must not be interrupted: a device is logged in, a file is being sent, an operator works.
 * @returns false when there is no room for another busy connection; the caller closes it. True for a socket without admission control.
 */
export const becomeBusy = (socket: Socket): boolean => passes.get(socket)?.become('busy') ?? true

/** Marks a connection whose handshake began with a complete message, so that silent connections cannot displace it. */
export const becomeGreeted = (socket: Socket): void => {
  passes.get(socket)?.greeted()
}

/** Marks a connection that has completed a login or request and has no work in progress. */
export const becomeIdle = (socket: Socket): void => {
  passes.get(socket)?.become('idle')
}
