import { RPCLink } from '@orpc/client/message-port'
import type { Connect } from './transport.ts'

/** What the preload of the desktop window offers. */
export interface DesktopBridge {
  /** The path of a chosen or dropped file. */
  pathForFile(file: File): string
  /** Asks for a message port to the station; it arrives as a window message. */
  requestPort(): void
}

declare global {
  interface Window {
    readonly otaBench?: DesktopBridge
  }
}

const isPortMessage = (event: MessageEvent<unknown>): boolean =>
  event.source === window &&
  typeof event.data === 'object' &&
  event.data !== null &&
  (event.data as { type?: unknown }).type === 'ota-bench:port'

const nextPort = (bridge: DesktopBridge, waitMs: number): Promise<MessagePort> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      window.removeEventListener('message', take)
    }
    const take = (event: MessageEvent<unknown>) => {
      const port = event.ports[0]
      if (!isPortMessage(event) || port === undefined) return
      stop()
      resolve(port)
    }
    const timer = setTimeout(() => {
      stop()
      reject(new Error('No port came'))
    }, waitMs)
    window.addEventListener('message', take)
    bridge.requestPort()
  })

/** The line of the desktop window: a message port that the main process made to the station process. */
export const portTransport =
  (bridge: DesktopBridge): Connect =>
  async () => {
    const port = await nextPort(bridge, 5000)
    const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
    const link = new RPCLink({ port })
    port.start()
    return { link, closed }
  }
