import { RPCLink } from '@orpc/client/message-port'
import { type PortEcho, PortProbe } from '#shared/port-flow.ts'
import type { Connect } from './transport.ts'

/** The functions that the desktop window's preload script offers. */
interface DesktopBridge {
  /** The path of a chosen or dropped file. */
  pathForFile(file: File): string
  /** Requests a message port to the station; it arrives as a window message. */
  requestPort(): void
}

declare global {
  interface Window {
    readonly otaBench?: DesktopBridge
  }
}

type WindowEvents = Pick<Window, 'addEventListener' | 'removeEventListener'>

// Only the preload script posts messages from this window itself; a frame or an opener does not.
const isPortMessage = (event: MessageEvent<unknown>, self: WindowEvents): boolean =>
  (event.source as unknown) === self &&
  typeof event.data === 'object' &&
  event.data !== null &&
  (event.data as { type?: unknown }).type === 'ota-bench:port'

const nextPort = (bridge: DesktopBridge, self: WindowEvents, waitMs: number): Promise<MessagePort> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      self.removeEventListener('message', take)
    }
    const take = (event: MessageEvent<unknown>) => {
      const port = event.ports[0]
      if (!isPortMessage(event, self) || port === undefined) return
      stop()
      resolve(port)
    }
    const timer = setTimeout(() => {
      stop()
      reject(new Error('No port came'))
    }, waitMs)
    self.addEventListener('message', take)
    bridge.requestPort()
  })

/**
 * Confirms received messages to the station, so that it sends no faster than this window reads. Runs before the RPC link, which handles
 * only calls.
 */
const echo = (port: MessagePort): void =>
  port.addEventListener('message', (event) => {
    const probe = PortProbe.safeParse(event.data)
    if (!probe.success) return
    event.stopImmediatePropagation()
    port.postMessage({ kind: 'ota-bench:arrived', number: probe.data.number } satisfies PortEcho)
  })

/** The connection of the desktop window: a message port that the main process connected to the station process. */
export const portTransport =
  (bridge: DesktopBridge, self: WindowEvents, headers: () => Record<string, string> = () => ({})): Connect =>
  async () => {
    const port = await nextPort(bridge, self, 5000)
    const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
    echo(port)
    const link = new RPCLink({ port, headers })
    port.start()
    return { link, closed }
  }
