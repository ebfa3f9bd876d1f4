import { type Packet, type Parser, parser } from 'mqtt-packet'
import { propertiesAreValid } from './properties.ts'
import { type Reason, reasons } from './reasons.ts'

export type MqttVersion = 3 | 4 | 5

/** A packet, or why it is none. `error` is a short English phrase for the log. */
export type PacketReading =
  | { readonly ok: true; readonly packet: Packet }
  | { readonly ok: false; readonly reason: Reason; readonly error: string }

const refused = (reason: Reason, error: string): PacketReading => ({ ok: false, reason, error })

/** The text of mqtt-packet for a level that is none of 3, 4 and 5. */
const WRONG_LEVEL = 'Invalid protocol version'

interface Read {
  packet?: Packet
  error?: string
}

/** All connections share one parser a version: it keeps nothing between whole packets, and one for each would cost kilobytes each. */
const createReader = (version: MqttVersion): ((bytes: Buffer) => Readonly<Read>) => {
  let read: Read = {}
  const fresh = (): Parser =>
    parser({ protocolVersion: version })
      .on('packet', (packet) => {
        read.packet ??= packet
      })
      .on('error', (failure: Error) => {
        read.error ??= failure.message
      })
  let shared = fresh()
  return (bytes) => {
    const result: Read = {}
    read = result
    shared.parse(bytes)
    read = {}
    // After an error the parser keeps its position, and after a CONNECT the packet with its password.
    if (result.error !== undefined || !result.packet || result.packet.cmd === 'connect') shared = fresh()
    return result
  }
}

const readers: Readonly<Record<MqttVersion, ReturnType<typeof createReader>>> = {
  3: createReader(3),
  4: createReader(4),
  5: createReader(5),
}

/**
 * Reads one complete packet with its fixed header. The border of the broker: everything that the session gets is valid by itself.
 * Pure towards its caller; never throws, whatever the bytes are.
 * @param version as of the CONNECT; any before it.
 */
export const readPacket = (bytes: Buffer, version: MqttVersion): PacketReading => {
  const { packet, error } = readers[version](bytes)
  if (error !== undefined || !packet)
    return refused(error === WRONG_LEVEL ? reasons.unsupportedVersion : reasons.malformed, error ?? 'packet incomplete')
  // mqtt-packet reads a number that is cut off as -1.
  if (packet.messageId !== undefined && packet.messageId < 0) return refused(reasons.malformed, 'packet id is cut off')
  if (!propertiesAreValid(packet)) return refused(reasons.protocolError, 'properties not allowed')
  return { ok: true, packet }
}
