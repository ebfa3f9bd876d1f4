import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt'
import { topicOf } from '#shared/sink-rules.ts'
import { aborted, codeOf, detailOf, faultOf, type Receiver, ReceiverFault, type ReceiverSettings } from './receiver.ts'

/** Messages that wait for their acknowledgement at the same time; a broker may allow fewer (MQTT 5, 3.2.2.3.3). */
const IN_FLIGHT = 100
const KEEP_ALIVE_SECONDS = 30

/** CONNACK codes of MQTT 3.1.1 and 5 by which a broker does not speak our version, and by which it refuses the login. */
const isOtherVersion = (code: unknown): boolean => code === 1 || code === 132
const isLogin = (code: unknown): boolean => code === 4 || code === 5 || code === 134 || code === 135 || code === 138
/** PUBACK: not authorized. */
const NOT_AUTHORIZED = 135

interface Connection {
  readonly client: MqttClient
  readonly inFlight: number
  /** Rejects when the connection is gone. */
  readonly gone: Promise<never>
}

/**
 * Publishes each event as one message, QoS 1. MQTT 5 where the broker speaks it: in 3.1.1 a broker acknowledges also what it does not
 * let through, and records would be lost without a word.
 * @param clientId unique; a broker ends an older connection of the same id.
 */
export const createMqttReceiver = (
  { url, secret, topic, ca }: ReceiverSettings & { readonly topic: string },
  clientId: string,
): Receiver => {
  const address = new URL(url)
  const options: IClientOptions = {
    clientId,
    clean: true,
    keepalive: KEEP_ALIVE_SECONDS,
    // We connect again when there is something to send, at our own pace.
    reconnectPeriod: 0,
    ...(address.username === '' ? {} : { username: decodeURIComponent(address.username) }),
    ...(address.password === ''
      ? secret === null
        ? {}
        : { password: secret }
      : { password: decodeURIComponent(address.password) }),
    ...(ca === null ? {} : { ca }),
  }
  address.username = ''
  address.password = ''
  let open: Connection | undefined
  let version: 4 | 5 = 5

  const connectAs = async (protocolVersion: 4 | 5, signal: AbortSignal): Promise<Connection> => {
    const client = mqtt.connect(address.href, { ...options, protocolVersion })
    const ready = Promise.withResolvers<IConnackPacket>()
    const gone = Promise.withResolvers<never>()
    gone.promise.catch(() => undefined)
    client.once('connect', ready.resolve)
    client.on('error', (error) => {
      ready.reject(error)
      gone.reject(error)
    })
    client.on('close', () => {
      const error = new ReceiverFault('DISCONNECTED', { detail: 'MQTT' })
      ready.reject(error)
      gone.reject(error)
      if (open?.client === client) open = undefined
    })
    const abort = aborted(signal)
    try {
      const { properties } = await Promise.race([ready.promise, abort.promise])
      return { client, gone: gone.promise, inFlight: Math.min(IN_FLIGHT, properties?.receiveMaximum ?? IN_FLIGHT) }
    } catch (error) {
      client.end(true)
      throw error
    } finally {
      abort.stop()
    }
  }

  const connected = async (signal: AbortSignal): Promise<Connection> => {
    if (open?.client.connected) return open
    try {
      open = await connectAs(version, signal)
    } catch (error) {
      if (version !== 5 || !isOtherVersion(codeOf(error))) throw error
      version = 4
      open = await connectAs(version, signal)
    }
    return open
  }

  const mqttFault = (error: unknown): ReceiverFault => {
    const code = codeOf(error)
    const detail = detailOf(error instanceof Error ? error.message : String(error))
    if (isLogin(code))
      return new ReceiverFault(error instanceof PublishRefused ? 'NO_RIGHT' : 'LOGIN_REFUSED', { detail })
    if (detail === 'Connection closed') return new ReceiverFault('DISCONNECTED', { detail: 'MQTT' })
    return faultOf(error)
  }

  const publish = async (
    { client, inFlight, gone }: Connection,
    messages: readonly [string, string][],
  ): Promise<void> => {
    const one = async ([name, payload]: [string, string]): Promise<void> => {
      try {
        const properties = version === 5 ? { contentType: 'application/json', payloadFormatIndicator: true } : undefined
        await client.publishAsync(name, payload, { qos: 1, ...(properties && { properties }) })
      } catch (error) {
        throw codeOf(error) === NOT_AUTHORIZED ? new PublishRefused(name) : error
      }
    }
    for (let at = 0; at < messages.length; at += inFlight) {
      const sent = Promise.all(messages.slice(at, at + inFlight).map(one))
      sent.catch(() => undefined)
      await Promise.race([sent, gone])
    }
  }

  const guarded = async (work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
    const abort = aborted(signal)
    try {
      await Promise.race([work(), abort.promise])
    } catch (error) {
      open?.client.end(true)
      open = undefined
      signal.throwIfAborted()
      throw mqttFault(error)
    } finally {
      abort.stop()
    }
  }

  return {
    send: (events, signal) =>
      guarded(async () => {
        const connection = await connected(signal)
        await publish(
          connection,
          events.map((event) => [topicOf(topic, event.station, event.kind), JSON.stringify(event)]),
        )
      }, signal),
    probe: (signal) => guarded(async () => void (await connected(signal)), signal),
    async close() {
      open?.client.end(true)
      open = undefined
    },
  }
}

/** The broker does not let the user publish on a topic. */
class PublishRefused extends Error {
  readonly code = NOT_AUTHORIZED
}
