import type { Server, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { plainAddress } from './addresses.ts'
import type { Gate, Pass } from './admission-control.ts'

const passes = new WeakMap<Socket, Pass>()

/** A connection's TLS and TCP sockets have this in common. */
const endsOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`

/** Closes at once; what is not sent yet is lost, and the system keeps nothing of it. */
export const hangUp = (socket: Socket): void => {
  if (socket.destroyed) return
  // Of a socket below TLS the handle may be gone already.
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
  /** Milliseconds from the connection to something complete on it: TLS, then a login or a request. */
  readonly withinMs: number
}

/** The connections of a listener that are open. */
export interface SocketGate {
  /** TCP sockets; with TLS those below it. */
  readonly sockets: ReadonlySet<Socket>
}

/**
 * Lets what connects to a listener pass the gate. Whoever listens for connections sees only those that passed: a closed socket would break it.
 * @param serving with TLS, the servers that take the connections over.
 */
export const watchListener = (
  server: Server,
  { gate, listener, withinMs }: ListenerAtGate,
  serving: readonly Server[] = [],
): SocketGate => {
  const sockets = new Set<Socket>()
  const byEnds = new Map<string, Pass>()

  const admit = (socket: Socket): boolean => {
    // Two questions to the system for each connection: not for those whom nobody looks up.
    const ends = serving.length > 0 ? endsOf(socket) : undefined
    const address = plainAddress(socket.remoteAddress)
    // A connection that is reset before anybody listens must not end the process.
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
 * Something is under way on a connection that must not be cut short: a device is logged in, a file goes out, an operator works.
 * @returns false when there is no room for more such; the caller closes it. True for a socket that passed no gate.
 */
export const becomeBusy = (socket: Socket): boolean => passes.get(socket)?.become('busy') ?? true

/** A handshake has begun with a whole message: it is not pushed out by such as say nothing. */
export const becomeGreeted = (socket: Socket): void => {
  passes.get(socket)?.greeted()
}

/** Something was complete on the connection, and nothing is under way now. */
export const becomeIdle = (socket: Socket): void => {
  passes.get(socket)?.become('idle')
}
