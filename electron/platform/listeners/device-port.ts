import type { Server, Socket } from 'node:net'
import { type ListenerAtGate, watchListener } from '../connections/socket-admission.ts'

export interface DevicePortOptions extends ListenerAtGate {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** With TLS, the servers behind the port. */
  readonly serving?: readonly Server[] | undefined
  /** What the system reports of a port that is open. */
  readonly fault: (error: Error) => void
}

/** One port that devices connect to, whatever it speaks, and every TCP socket on it. */
export interface DevicePort {
  /** Resolves when connections are accepted; rejects with the system's error (EADDRINUSE, EACCES …). */
  open(): Promise<void>
  /** The port it listens on; 0 while it does not. */
  readonly port: number
  /** TCP sockets; with TLS those below it. */
  readonly sockets: ReadonlySet<Socket>
  /** Takes no more connections; resolves when those that are there have ended. */
  close(): Promise<void>
  /** Ends all connections at once: with TLS those below the encryption, handshakes under way included. */
  cut(): void
}

/** Connections waiting to be accepted: a power cut brings every device of a hall back at once. */
const BACKLOG = 4096

/** Makes a port of a server that does not listen yet; nothing happens before `open`. */
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
