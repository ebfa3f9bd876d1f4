import type { Server, Socket } from 'node:net'
import { type ListenerAtGate, watchListener } from '../connections/socket-admission.ts'

interface DevicePortOptions extends ListenerAtGate {
  readonly host: string
  /** 0 selects a free port. */
  readonly port: number
  /** With TLS, the servers behind the port. */
  readonly serving?: readonly Server[] | undefined
  /** Receives system errors of the open port. */
  readonly fault: (error: Error) => void
}

/** One port that devices connect to, with any protocol, and every TCP socket on it. */
export interface DevicePort {
  /** Resolves when connections are accepted; rejects with the system error (EADDRINUSE, EACCES …). */
  open(): Promise<void>
  /** The listening port; 0 while it is closed. */
  readonly port: number
  /** TCP sockets; with TLS, the sockets below the encryption. */
  readonly sockets: ReadonlySet<Socket>
  /** Stops accepting connections; resolves when the open ones have ended. */
  close(): Promise<void>
  /** Closes all connections at once, including TLS connections whose handshake is not complete. */
  cut(): void
}

/** Connections waiting to be accepted: after a power cut all devices of a site reconnect at once. */
const BACKLOG = 4096

/** Makes a port from a server that does not listen yet; nothing happens before `open`. */
export const createDevicePort = (server: Server, options: DevicePortOptions): DevicePort => {
  const { host, port, fault, serving = [] } = options
  const { sockets } = watchListener(server, options, serving)
  return {
    sockets,
    open: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port, backlog: BACKLOG }, () => {
          server.off('error', reject)
          server.on('error', fault)
          resolve()
        })
      }),
    get port() {
      const address = server.address()
      return typeof address === 'object' && address ? address.port : 0
    },
    close: () =>
      new Promise((resolve) => {
        if (server.listening) server.close(() => resolve())
        else resolve()
      }),
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
