/**
 * Corrects unambiguous errors of deployed clients in a packet before the parser reads it, because cloud platforms accept them as well.
 * The README lists each error, its clients and why it is harmless. Pure, except that it modifies the given bytes.
 */

/** Packet types whose low four bits are reserved, with their required values (MQTT 3.1.1, table 2.2). */
const reservedFlags: ReadonlyMap<number, number> = new Map([
  [0x40, 0],
  [0x50, 0],
  [0x60, 2],
  [0x70, 0],
  [0x80, 2],
  [0xa0, 2],
  [0xc0, 0],
  [0xe0, 0],
])

const CONNECT = 0x10
/** The connect flags (MQTT 3.1.1, 3.1.2.3) of a will. */
const WILL = 0x04
const WILL_QOS_AND_RETAIN = 0x38

/** Clears QoS and retain when there is no will (MQTT-3.1.2-13, MQTT-3.1.2-15). */
const mendConnect = (packet: Uint8Array): void => {
  let at = 1
  while ((packet[at] ?? 0) >= 0x80) at++
  at++
  const nameLength = ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0)
  // One byte of protocol level follows the name.
  const flags = at + 2 + nameLength + 1
  const value = packet[flags]
  if (value !== undefined && (value & WILL) === 0) packet[flags] = value & ~WILL_QOS_AND_RETAIN
}

/** Corrects one complete packet in place; a PUBLISH stays unchanged because its flags have a meaning. */
export const mendPacket = (packet: Uint8Array): void => {
  const first = packet[0] ?? 0
  const reserved = reservedFlags.get(first & 0xf0)
  if (reserved !== undefined) packet[0] = (first & 0xf0) | reserved
  else if (first === CONNECT) mendConnect(packet)
}

/** A client id or user name without the NUL that terminates a C string: `sizeof` counts it, `strlen` does not. */
export const withoutClosingNul = (text: string): string => {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--
  return text.slice(0, end)
}
