import { z } from 'zod'
import { Id, Timestamp } from './values.ts'

export const messageKinds = [
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
  /** Grows with every change of any message; `after` takes the largest one already known. */
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
  /** What it was understood as. */
  kind: MessageKind,
  detail: z.string().nullable(),
  /** Why it was not understood, not allowed or not delivered. */
  refused: z.string().nullable(),
  qos: z.number().nullable(),
  /** Of a message to the device at QoS 1: whether it has confirmed it; null where nothing is to confirm. */
  acknowledged: z.boolean().nullable(),
  /** How often in a row, where only the last one is kept. */
  times: z.number(),
})
export type DeviceMessage = z.infer<typeof DeviceMessage>
