import { z } from 'zod'
import { Id, Timestamp } from './values.ts'

const messageKinds = [
  'login',
  'left',
  'listening',
  'version',
  'progress',
  'installing',
  'failure',
  'acknowledged',
  'meaningless',
  'ask',
  'block',
  'notice',
  'answer',
  'download',
  'other',
] as const
export const MessageKind = z.enum(messageKinds)
export type MessageKind = z.infer<typeof MessageKind>

/** One message of a device's protocol, or a step of its connection. Secrets and tokens are masked. */
export const DeviceMessage = z.object({
  id: Id,
  /** Increases with every change of any message; `after` takes the largest known one. */
  revision: z.number(),
  at: Timestamp,
  direction: z.enum(['in', 'out']),
  /** MQTT topic, HTTP request line, or `CONNECT` and the like. */
  channel: z.string(),
  /** Text, at most 4,096 characters; null: nothing, or binary. */
  text: z.string().nullable(),
  /** Beginning of a binary payload. */
  hex: z.string().nullable(),
  /** Of the whole payload. */
  bytes: z.number(),
  /** How the station interpreted it. */
  kind: MessageKind,
  detail: z.string().nullable(),
  /** Why it was not understood, not allowed or not delivered. */
  refused: z.string().nullable(),
  qos: z.number().nullable(),
  /** For a message to the device at QoS 1: whether the device has acknowledged it; null where no acknowledgement is due. */
  acknowledged: z.boolean().nullable(),
  /** How often in a row it occurred, where only the last one is stored. */
  times: z.number(),
})
export type DeviceMessage = z.infer<typeof DeviceMessage>
