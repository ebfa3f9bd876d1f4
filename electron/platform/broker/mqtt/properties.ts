import type { Packet, PacketCmd } from 'mqtt-packet'
import { z } from 'zod'
import { isTopicName } from './topics.ts'

/**
 * The properties that a client may send with each packet (MQTT 5.0, 2.2.2.2 and 3.x.2). A property of another packet, a second one
 * where only one may stand (mqtt-packet then returns an array) and a value out of range are protocol errors. User properties are
 * ignored whatever they are.
 */

const Int32 = z.int().min(0).max(0xffff_ffff)
const Int16 = z.int().min(0).max(0xffff)
const Text = z.string()
const Bytes = z.instanceof(Uint8Array)
const userProperties = z.unknown().optional()

/** Members of PUBLISH and of a will (3.3.2.3, 3.1.3.2). */
const message = {
  payloadFormatIndicator: z.boolean().optional(),
  messageExpiryInterval: Int32.optional(),
  contentType: Text.optional(),
  responseTopic: Text.refine(isTopicName).optional(),
  correlationData: Bytes.optional(),
  userProperties,
}

const Connect = z.strictObject({
  sessionExpiryInterval: Int32.optional(),
  receiveMaximum: Int16.min(1).optional(),
  maximumPacketSize: Int32.min(1).optional(),
  topicAliasMaximum: Int16.optional(),
  requestResponseInformation: z.boolean().optional(),
  requestProblemInformation: z.boolean().optional(),
  authenticationMethod: Text.optional(),
  authenticationData: Bytes.optional(),
  userProperties,
})
const Will = z.strictObject({ ...message, willDelayInterval: Int32.optional() })
/** The range of the topic alias has a reason code of its own, so the session checks it. */
const Publish = z.strictObject({ ...message, topicAlias: z.int().optional() })
const Subscribe = z.strictObject({ subscriptionIdentifier: z.int().min(1).max(268_435_455).optional(), userProperties })
const Unsubscribe = z.strictObject({ userProperties })
const Acknowledgement = z.strictObject({ reasonString: Text.optional(), userProperties })
const Disconnect = z.strictObject({
  sessionExpiryInterval: Int32.optional(),
  reasonString: Text.optional(),
  userProperties,
})

export type ConnectProperties = z.infer<typeof Connect>

const byPacket: Partial<Record<PacketCmd, z.ZodType>> = {
  connect: Connect,
  publish: Publish,
  subscribe: Subscribe,
  unsubscribe: Unsubscribe,
  puback: Acknowledgement,
  pubrec: Acknowledgement,
  pubrel: Acknowledgement,
  pubcomp: Acknowledgement,
  disconnect: Disconnect,
}

/** Whether the properties of a packet, and of its will, are those that its sender may use. */
export const propertiesAreValid = (packet: Packet): boolean => {
  const properties = 'properties' in packet ? packet.properties : undefined
  if (properties !== undefined && byPacket[packet.cmd]?.safeParse(properties).success !== true) return false
  const will = packet.cmd === 'connect' ? packet.will?.properties : undefined
  return will === undefined || Will.safeParse(will).success
}
