import { getCACertificates } from 'node:tls'
import { connect } from 'mqtt'
import type { Gate } from './concurrency-limit.ts'
import { LinkRefused } from './device-link.ts'
import type { Login, UplinkMessage } from './protocols/mqtt-protocol.ts'
import { unlessAborted } from './timers.ts'

const ports = { mqtt: 1883, mqtts: 8883 } as const

export interface ConnectionOptions {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string
  /** The certificate authority to trust (PEM). */
  readonly ca: string | undefined
  readonly login: Login
  /** Subscribed to from the start. */
  readonly topics: readonly string[]
  readonly reconnectMs: number
  readonly gate: Gate
}

/** Events of a connection; all but `message` may come before it is open. */
interface ConnectionEvents {
  message(topic: string, payload: Uint8Array): void
  restored(): void
  unreachable(error: Error): void
  refused(error: LinkRefused): void
}

/** One device's MQTT connection, which reconnects by itself. */
export interface Connection {
  readonly connected: boolean
  /** Publishes at QoS 1; resolves on PUBACK, if the connection is lost on that of the next connection. */
  publish(message: UplinkMessage): Promise<void>
  /**
   * Subscribes to another topic and resolves when it is subscribed, at once if it already is; every later connection subscribes to it as
   * well.
   */
  listen(topic: string): Promise<void>
  /** Breaks the connection like a network failure; it reconnects. */
  cut(): void
  /** Sends DISCONNECT once everything is acknowledged, and closes. */
  close(): Promise<void>
}

/** Errors with a number as code are the broker's answers (MQTT 3.1.1, 3.2.2.3), those with a name come from the network. */
const answerOf = (error: Error): number | undefined =>
  'code' in error && typeof error.code === 'number' ? error.code : undefined

/**
 * Connects, subscribes, and resolves when the device can receive messages; keeps trying while the broker is unreachable.
 * The signal closes the connection at any time, open or not.
 * @throws LinkRefused; the signal's reason
 */
export const openConnection = async (
  options: ConnectionOptions,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> => {
  const leave = await options.gate.enter(signal)
  try {
    signal.throwIfAborted()
    return await establish(options, events, signal)
  } finally {
    leave()
  }
}

const establish = async (
  options: ConnectionOptions,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> => {
  const { hostname, port, protocol: scheme } = new URL(options.url)
  const protocol = scheme === 'mqtts:' ? 'mqtts' : 'mqtt'
  const topics = new Set(options.topics)
  const client = connect({
    // Parsed here: the library would use the deprecated url.parse, which warns on standard error.
    protocol,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || ports[protocol]),
    // In addition to those of the system, which an external broker may need.
    ...(options.ca === undefined ? {} : { ca: [...getCACertificates(), options.ca] }),
    ...options.login,
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    reconnectPeriod: options.reconnectMs,
    resubscribe: false,
    timerVariant: 'native',
  })
  const end = (): void => {
    client.end(true)
    // An orderly end in progress keeps the forced one from closing the socket.
    client.stream.destroy()
  }
  signal.addEventListener('abort', end, { once: true })
  client.on('end', () => signal.removeEventListener('abort', end))

  let opening = Promise.withResolvers<void>()
  /** `connect` reports a rejection of the first connection; this handler only prevents an unhandled rejection. */
  opening.promise.catch(() => undefined)
  let open = false
  const refuse = (detail: string): void => {
    end()
    const refused = new LinkRefused(detail)
    opening.reject(refused)
    if (open) events.refused(refused)
  }
  const subscribe = (wanted: readonly string[], subscribed: () => void): void => {
    client.subscribe([...wanted], { qos: 1 }, (error, _granted, suback) => {
      if (error && suback) refuse(`SUBACK ${suback.granted.join()}`)
      // Without a SUBACK the connection was lost meanwhile: the next one subscribes.
      else if (!error) subscribed()
    })
  }
  client.on('message', (topic, payload) => events.message(topic, payload))
  client.on('error', (error) => {
    const answer = answerOf(error)
    if (answer === undefined) events.unreachable(error)
    else refuse(`CONNACK ${answer}`)
  })
  client.on('close', () => {
    if (!open) return
    opening = Promise.withResolvers()
    opening.promise.catch(() => undefined)
  })
  client.on('connect', () => {
    subscribe([...topics], () => {
      opening.resolve()
      if (open) events.restored()
      open = true
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
    listen: async (topic) => {
      const isNew = !topics.has(topic)
      topics.add(topic)
      await unlessAborted(opening.promise, signal)
      if (!isNew) return
      const subscribed = Promise.withResolvers<void>()
      subscribe([topic], subscribed.resolve)
      // The connection was lost meanwhile: the next one subscribes to this topic with the others.
      await unlessAborted(Promise.race([subscribed.promise, lost(client)]), signal)
      await unlessAborted(opening.promise, signal)
    },
    cut: () => client.stream.destroy(),
    close: async () => {
      // While anything is unacknowledged, an end would keep the library from reconnecting and completing it.
      await unlessAborted(acknowledged, signal)
      await unlessAborted(client.endAsync(), signal)
    },
  }
}

/** Resolves when the present connection is closed. */
const lost = (client: ReturnType<typeof connect>): Promise<void> =>
  new Promise((resolve) => client.once('close', () => resolve()))
