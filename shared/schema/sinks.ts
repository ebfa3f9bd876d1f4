import { z } from 'zod'
import { rule } from '../phrase.ts'
import { sinkFaultCodes } from '../sink-faults.ts'
import { sinkFaults, sinkKinds } from '../sink-rules.ts'
import { sinkStates } from '../states/sink.ts'
import { Flag, Id, Label, Timestamp } from './values.ts'

/** An address, as the system of the receiver writes it. */
const SinkUrl = z
  .string()
  .trim()
  .min(1)
  .max(2048)
  .regex(/^[^\p{Cc}\s]*$/u, rule('oneLine'))
const SinkSecret = z
  .string()
  .min(8)
  .max(256)
  .regex(/^[!-~]*$/, rule('sinkSecret'))
const SinkTopic = z.string().trim().min(1).max(256)
const SinkCa = z.string().trim().min(1).max(64_000)

const fields = {
  name: Label,
  /** With user name and password where the receiver asks for them; shown with `***` instead of what is secret. */
  url: SinkUrl,
  /** Webhook: the key that signs. PostgreSQL and MQTT: the password, where the URL has none. Never shown. */
  secret: SinkSecret.nullish(),
  /** MQTT: `{station}` and `{kind}` are filled in. */
  topic: SinkTopic.nullish(),
  /** The certificate authority of the receiver as PEM; left out: those that the system trusts. */
  ca: SinkCa.nullish(),
  /** A paused sink keeps its place: what happens meanwhile waits for it. */
  enabled: z.boolean(),
}

export const SinkInput = z
  .strictObject({ kind: z.enum(sinkKinds), ...fields, enabled: fields.enabled.default(true) })
  .superRefine((sink, context) => {
    for (const { field, rule: code } of sinkFaults(sink))
      context.addIssue({ code: 'custom', path: [field], message: rule(code) })
  })
export type SinkInput = z.infer<typeof SinkInput>

/** A field that is left out stays; null removes it. The kind of a sink never changes. */
export const SinkPatch = z.strictObject(fields).partial()
export type SinkPatch = z.infer<typeof SinkPatch>

/** Why an attempt failed. */
export const SinkFault = z.object({
  at: Timestamp,
  code: z.enum(sinkFaultCodes),
  /** The values for the code's text. */
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  /** What happened and what to do; in the caller's language, in events in English. */
  message: z.string(),
})
export type SinkFault = z.infer<typeof SinkFault>

export const Sink = z.object({
  id: Id,
  kind: z.enum(sinkKinds),
  name: z.string(),
  url: z.string(),
  secretSet: z.boolean(),
  topic: z.string().nullable(),
  ca: z.string().nullable(),
  enabled: z.boolean(),
  state: z.enum(sinkStates),
  /** Events that wait for it. */
  backlog: z.number(),
  /** When the oldest of them happened. */
  backlogSince: Timestamp.nullable(),
  /** The backlog has reached the limit: the oldest are kept, new events are not kept for this sink. */
  full: z.boolean(),
  /** Events that it never gets, because its backlog had reached the limit. */
  missed: z.number(),
  lastSentAt: Timestamp.nullable(),
  /** Null once an attempt has succeeded. */
  lastError: SinkFault.nullable(),
  /** When it tries again after an error. */
  nextTryAt: Timestamp.nullable(),
  createdAt: Timestamp,
})
export type Sink = z.infer<typeof Sink>

export const SinkTest = z.object({
  ok: z.boolean(),
  /** Milliseconds until the receiver had answered. */
  ms: z.number(),
  error: SinkFault.nullable(),
})
export type SinkTest = z.infer<typeof SinkTest>

/** Deleting a sink with a backlog drops it; only by force. */
export const SinkRemoval = z.object({ id: Id, force: Flag.default(false) })
