import { generate, type IConnackPacket, type Packet } from 'mqtt-packet'
import type { MqttVersion } from './read-packet.ts'
import type { Reason } from './reasons.ts'

/** What the client has told of the packets that it takes. */
export interface Receiver {
  readonly version: MqttVersion
  /** Bytes of the largest packet that it takes (MQTT 5.0, 3.1.2.11.4). */
  readonly maximumPacketSize: number
  /** Whether acknowledgements may carry a reason string (3.1.2.11.7). */
  readonly wantsReasons: boolean
}

const options = { 3: { protocolVersion: 3 }, 4: { protocolVersion: 4 }, 5: { protocolVersion: 5 } } as const

/** With the reason string if the receiver takes a packet of that size (MQTT-3.2.2-19 and its like), else without. */
const withText = (receiver: Receiver, packet: Packet, text: string | undefined, always = false): Buffer => {
  const bare = generate(packet, options[receiver.version])
  if (receiver.version !== 5 || text === undefined || !(always || receiver.wantsReasons)) return bare
  const properties = { ...('properties' in packet ? packet.properties : {}), reasonString: text }
  const full = generate({ ...packet, properties } as Packet, options[5])
  return full.length <= receiver.maximumPacketSize ? full : bare
}

export const pingresp = Buffer.from([0xd0, 0])

/** The welcome. `properties` go to MQTT 5 alone. */
export const welcome = (receiver: Receiver, properties: IConnackPacket['properties']): Buffer =>
  receiver.version === 5
    ? generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties }, options[5])
    : generate({ cmd: 'connack', sessionPresent: false, returnCode: 0 }, options[receiver.version])

/** A refused CONNECT. @param returnCode for MQTT 3.1 and 3.1.1 (table 3.1). */
export const unwelcome = (receiver: Receiver, reason: Reason, returnCode: number): Buffer =>
  receiver.version === 5
    ? withText(receiver, { cmd: 'connack', sessionPresent: false, reasonCode: reason.code }, reason.text, true)
    : generate({ cmd: 'connack', sessionPresent: false, returnCode }, options[receiver.version])

const firstBytes = { puback: 0x40, pubrec: 0x50, pubcomp: 0x70 } as const

/** PUBACK, PUBREC, PUBCOMP; of two bytes where nothing is wrong (MQTT 5.0, 3.4.2.1: no code means success). */
export const acknowledgement = (
  receiver: Receiver,
  cmd: keyof typeof firstBytes,
  messageId: number,
  reason?: Reason | { readonly code: number; readonly text?: undefined },
): Buffer =>
  reason === undefined || receiver.version !== 5
    ? Buffer.from([firstBytes[cmd], 2, messageId >> 8, messageId & 0xff])
    : withText(receiver, { cmd, messageId, reasonCode: reason.code }, reason.text)

export const suback = (receiver: Receiver, messageId: number, granted: number[], text?: string): Buffer =>
  withText(receiver, { cmd: 'suback', messageId, granted }, text)

export const unsuback = (receiver: Receiver, messageId: number, granted: number[]): Buffer =>
  receiver.version === 5
    ? generate({ cmd: 'unsuback', messageId, granted }, options[5])
    : Buffer.from([0xb0, 2, messageId >> 8, messageId & 0xff])

/** DISCONNECT of the server; MQTT 3.1 and 3.1.1 have none. */
export const farewell = (receiver: Receiver, reason: Reason): Buffer | undefined =>
  receiver.version === 5
    ? withText(receiver, { cmd: 'disconnect', reasonCode: reason.code }, reason.text, true)
    : undefined

const lengthBytes = (value: number): number => (value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4)

const writeLength = (into: Buffer, from: number, value: number): number => {
  let at = from
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    into[at++] = rest > 0 ? low | 0x80 : low
  } while (rest > 0)
  return at
}

/** A message for a device. */
export interface OutgoingMessage {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly qos: 0 | 1
  /** Identifiers of the subscriptions that match (MQTT-3.3.4-3), for MQTT 5 alone. */
  readonly subscriptionIds: readonly number[]
}

/** PUBLISH in one buffer: the text goes straight into it, because this is done once for each device of a campaign. */
export const publishBytes = (version: MqttVersion, message: OutgoingMessage, messageId: number): Buffer => {
  const { topic, payload, qos } = message
  const ids = version === 5 ? message.subscriptionIds : []
  const topicBytes = Buffer.byteLength(topic)
  const payloadBytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  const propertyBytes = ids.reduce((sum, id) => sum + 1 + lengthBytes(id), 0)
  const remaining =
    2 + topicBytes + (qos > 0 ? 2 : 0) + (version === 5 ? lengthBytes(propertyBytes) + propertyBytes : 0) + payloadBytes
  const bytes = Buffer.allocUnsafe(1 + lengthBytes(remaining) + remaining)
  bytes[0] = 0x30 | (qos << 1)
  let at = writeLength(bytes, 1, remaining)
  at = bytes.writeUInt16BE(topicBytes, at)
  at += bytes.write(topic, at)
  if (qos > 0) at = bytes.writeUInt16BE(messageId, at)
  if (version === 5) {
    at = writeLength(bytes, at, propertyBytes)
    for (const id of ids) {
      bytes[at++] = 0x0b
      at = writeLength(bytes, at, id)
    }
  }
  if (typeof payload === 'string') bytes.write(payload, at)
  else bytes.set(payload, at)
  return bytes
}
