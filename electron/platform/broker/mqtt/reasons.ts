import type { ConnackRefusal } from '../login-check.ts'

/** Why the broker ends a connection or refuses a packet: the MQTT 5 reason code (2.4), and what the owner of the device can do. */
export interface Reason {
  readonly code: number
  readonly text: string
}

export const reasons = {
  malformed: { code: 0x81, text: 'This packet is malformed: correct the client' },
  protocolError: { code: 0x82, text: 'This packet is not allowed here: correct the client' },
  notStored: { code: 0x83, text: 'The message could not be stored: connect and send it again' },
  unsupportedVersion: { code: 0x84, text: 'Use MQTT 3.1, 3.1.1 or 5' },
  badLogin: { code: 0x86, text: 'The log-in is wrong: compare client id, user name and password with the device page' },
  disabled: { code: 0x87, text: 'The device is disabled: enable it on the device page' },
  foreignTopic: { code: 0x87, text: "The topic is not the device's own: use its product key and name" },
  unavailable: { code: 0x88, text: 'The station cannot decide now or has no room: try again later' },
  stopping: { code: 0x8b, text: 'The station stops: connect again later' },
  badAuthMethod: { code: 0x8c, text: 'Log in by user name and password, without an authentication method' },
  silent: { code: 0x8d, text: 'Nothing came within one and a half of the keep-alive: send PINGREQ in time' },
  takenOver: { code: 0x8e, text: 'Another connection uses this client id' },
  badFilter: { code: 0x8f, text: 'The topic filter is malformed' },
  badTopic: { code: 0x90, text: 'The topic name is empty or contains a wildcard' },
  tooManyInFlight: { code: 0x93, text: 'More messages than the Receive Maximum wait: wait for their acknowledgements' },
  badAlias: { code: 0x94, text: 'The topic alias is 0 or above the Topic Alias Maximum' },
  tooLarge: { code: 0x95, text: 'The packet is larger than the Maximum Packet Size: send smaller ones' },
  quota: { code: 0x97, text: 'Too many connections or subscriptions of this device: close some' },
  dropped: { code: 0x98, text: 'The device was changed or removed at the station: log in again' },
  noShares: { code: 0x9e, text: 'Shared subscriptions are not supported: subscribe without $share' },
} as const satisfies Readonly<Record<string, Reason>>

/** The CONNACK codes of MQTT 3.1.1 (table 3.1) as reasons of MQTT 5 (3.2.2.2). */
export const loginReasons: Readonly<Record<ConnackRefusal, Reason>> = {
  3: reasons.unavailable,
  4: reasons.badLogin,
  5: reasons.disabled,
}
