import { z } from 'zod'
import { VERSION_MAX } from '#shared/limits.ts'
import { stepReasons } from '#shared/reasons.ts'
import type { Reading, TaskReport } from '../dialect.ts'
import { absent, IdMember, ModuleMember, readAs } from './message.ts'

/** What a device reports and asks (reference 001; device-protocols.md 2.1 and 3). */

/** The module that messages without a name mean; its name is never sent (reference 001, 推送ota升级包, 8). */
export const DEFAULT_MODULE = 'default'

/**
 * What iotkit-embedded's hardware layer says until somebody fills it in: reported at every connect, ahead of the real
 * version (device-protocols.md 2.6). Taken for a version it would fail every upgrade that is under way. This very text
 * alone is passed over: who has changed any of it means it.
 */
const UNFILLED_VERSION = 'app-1.0.0-20180101.1000'

export const VersionMember = z
  .string()
  .trim()
  .min(1)
  .max(VERSION_MAX)
  .regex(/^[^\p{Cc}]*$/u, 'control characters')

/** `id` is not looked at: no report is answered. */
const Inform = z.object({ params: z.object({ version: VersionMember, module: ModuleMember }) })

/** A whole number, as text or number; decimals are cut (device-protocols.md, rule 2 for every dialect). */
const Step = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^[+-]?\d{1,9}(\.\d*)?$/, 'no number')
      .transform(Number),
  ])
  .transform((step) => Math.trunc(step) + 0)
  .refine((step) => step <= 100, 'above 100')

/** The campaign's number, as text or number; whatever else stands there names none. */
const Strategy = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .refine((strategy) => strategy > 0)
  .optional()
  .catch(undefined)

export const ProgressParams = z.object({
  step: Step,
  desc: z.preprocess(
    absent,
    z
      .union([z.string(), z.number().transform(String)])
      .optional()
      .catch(undefined),
  ),
  module: ModuleMember,
  strategy: Strategy,
})
const Progress = z.object({ params: ProgressParams })

/** LinkSDK sends no more than `{"id":2, "params":{}}`. */
const Get = z.object({ id: IdMember, params: z.object({ module: ModuleMember }).optional() })

/** `{"id":0,"params":{"version":"1.0.0"}}`, the version being the one it runs; our own answer has a `code`. */
const Request = z.object({
  id: IdMember,
  code: z.unknown().optional(),
  params: z.object({ module: ModuleMember }).optional(),
})

export const readInform = (payload: Uint8Array): Reading => {
  const read = readAs(Inform, payload)
  if (!read.ok) return read
  const { version, module = DEFAULT_MODULE } = read.value.params
  return version === UNFILLED_VERSION
    ? { ok: true, uplink: { kind: 'meaningless', why: 'the placeholder version of iotkit-embedded' } }
    : { ok: true, uplink: { kind: 'version', module, version } }
}

/** A progress report in the platform's words. */
export const taskReport = ({ step, desc: words, module, strategy }: z.output<typeof ProgressParams>): TaskReport =>
  step < 0
    ? { kind: 'failure', module, reason: stepReasons[step] ?? 'UPGRADE_FAILED', words, strategy }
    : { kind: 'progress', module, percent: step, words, strategy }

export const readProgress = (payload: Uint8Array): Reading => {
  const read = readAs(Progress, payload)
  return read.ok ? { ok: true, uplink: taskReport(read.value.params) } : read
}

const ask = (id: string | number | undefined, module: string | undefined, replyTopic: string): Reading => ({
  ok: true,
  uplink: { kind: 'ask', module, version: undefined, messageId: id ?? '0', replyTopic },
})

export const readGet = (payload: Uint8Array, replyTopic: string): Reading => {
  const read = readAs(Get, payload)
  return read.ok ? ask(read.value.id, read.value.params?.module, replyTopic) : read
}

/** The older pull. At somebody else's broker our answer comes back to us, as it goes out on the topic of the question. */
export const readRequest = (payload: Uint8Array, replyTopic: string): Reading => {
  const read = readAs(Request, payload)
  if (!read.ok) return read
  const { id, code, params } = read.value
  return code === undefined
    ? ask(id, params?.module, replyTopic)
    : { ok: true, uplink: { kind: 'meaningless', why: 'an answer, not a question' } }
}
