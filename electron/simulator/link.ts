import { connect } from 'mqtt'
import type { Gate } from './gate.ts'
import type { Login, UplinkMessage } from './protocols/device-protocol.ts'
import { unlessAborted } from './timers.ts'

const MQTT_PORT = 1883

/** The broker answered no: to the login (MQTT 3.1.1, 3.2.2.3) or to the subscription (3.9.3, 0x80). Trying again is of no use. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'
}

export interface LinkOptions {
  /** `mqtt://host:port` */
  readonly url: string
  readonly login: Login
  readonly topic: string
  /** Milliseconds from a lost connection to the next try. */
  readonly reconnectMs: number
  /** How many devices may be connecting at once. */
  readonly gate: Gate
}

/** What happens on a link; all but `message` may come before it is open. */
export interface LinkEvents {
  message(payload: Uint8Array): void
  /** Connected and listening again after the connection was lost. */
  restored(): void
  /** The connection cannot be made just now; it is tried again. */
  unreachable(error: Error): void
  /** After it was open, the broker refused to take the device back. */
  refused(error: LinkRefused): void
}

/** One device's MQTT connection, kept up by itself. */
export interface Link {
  readonly connected: boolean
  /** Publishes at QoS 1; resolves on PUBACK, after a lost connection on that of the next one. */
  publish(message: UplinkMessage): Promise<void>
  /** Says DISCONNECT once everything is acknowledged, and closes. */
  close(): Promise<void>
}

/** Errors with a number as code are the broker's answers, those with a name the network's. */
const answerOf = (error: Error): number | undefined =>
  'code' in error && typeof error.code === 'number' ? error.code : undefined

/**
 * Connects, subscribes, and resolves when the device is listening; keeps trying while the broker cannot be reached.
 * The signal closes the link at any time, open or not.
 * @throws LinkRefused; the signal's reason
 */
export const openLink = async (options: LinkOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> => {
  const leave = await options.gate.enter(signal)
  try {
    signal.throwIfAborted()
    return await establish(options, events, signal)
  } finally {
    leave()
  }
}

const establish = async (options: LinkOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> => {
  const { hostname, port } = new URL(options.url)
  const client = connect({
    // Taken apart here: the library would do it by the deprecated url.parse, which warns on standard error.
    protocol: 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || MQTT_PORT),
    ...options.login,
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    reconnectPeriod: options.reconnectMs,
    resubscribe: false,
    timerVariant: 'native',
  })
  const cut = (): void => {
    client.end(true)
    // An orderly end already under way keeps the forced one from closing the socket.
    client.stream.destroy()
  }
  signal.addEventListener('abort', cut, { once: true })
  client.on('end', () => signal.removeEventListener('abort', cut))

  const opening = Promise.withResolvers<void>()
  let open = false
  const refuse = (detail: string): void => {
    cut()
    const refused = new LinkRefused(detail)
    if (open) events.refused(refused)
    else opening.reject(refused)
  }
  client.on('message', (_topic, payload) => events.message(payload))
  client.on('error', (error) => {
    const answer = answerOf(error)
    if (answer === undefined) events.unreachable(error)
    else refuse(`CONNACK ${answer}`)
  })
  client.on('connect', () => {
    client.subscribe(options.topic, { qos: 1 }, (error, _granted, suback) => {
      if (error && suback) refuse(`SUBACK ${suback.granted.join()}`)
      // The connection was lost meanwhile: the next one subscribes.
      else if (error) return
      else if (open) events.restored()
      else {
        open = true
        opening.resolve()
      }
    })
  })
  await unlessAborted(opening.promise, signal)

  let acknowledged: Promise<unknown> = Promise.resolve()
  return {
    get connected() {
      return client.connected
    },
    publish: async ({ topic, payload }) => {
      const publishing = client.publishAsync(topic, payload, { qos: 1 })
      acknowledged = Promise.allSettled([acknowledged, publishing])
      await unlessAborted(publishing, signal)
    },
    close: async () => {
      // While anything is unacknowledged, an end would keep the library from reconnecting to have it acknowledged.
      await unlessAborted(acknowledged, signal)
      await unlessAborted(client.endAsync(), signal)
    },
  }
}
