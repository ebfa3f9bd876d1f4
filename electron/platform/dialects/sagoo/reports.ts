import { z } from 'zod'
import { stepReasons } from '#shared/reasons.ts'
import type { MessageId, Reading, TaskReport } from '../dialect.ts'
import {
  DEFAULT_MODULE,
  IdMember,
  ModuleMember,
  NumberMember,
  OptionalVersionMember,
  ReportedModule,
  readAs,
  StepMember,
  TextMember,
  VersionMember,
} from '../message-fields.ts'

/** Reports and queries of a device (docs/protocols/sagoo.md §3, docs/protocols/sagoo.md §6, docs/protocols/sagoo.md §7). */

/**
 * The placeholder version of iotkit-embedded's hardware layer, which the SDK reports at every connect before the real
 * version (docs/protocols/sagoo.md §3.3). Accepted as a version it would fail every upgrade in progress. Only this exact text
 * is ignored: a modified text is a real version.
 */
const UNFILLED_VERSION = 'app-1.0.0-20180101.1000'

/** `id` is ignored, because reports get no answer. */
const Inform = z.object({ params: z.object({ version: VersionMember, module: ModuleMember }) })

/** A value above 100 is neither a percentage nor a code. */
const Step = StepMember.refine((step) => step <= 100, 'above 100')

/** The campaign's number, as text or number; any other value names no campaign. */
const Strategy = z
  .union([
    NumberMember.pipe(z.int()),
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
  desc: TextMember,
  module: ReportedModule,
  strategy: Strategy,
})
const Progress = z.object({ params: ProgressParams })

/** LinkSDK sends only `{"id":2, "params":{}}`. */
const Get = z.object({ id: IdMember, params: z.object({ module: ModuleMember }).optional() })

/** `{"id":0,"params":{"version":"1.0.0"}}` with the current version; the station's own answer has a `code`. */
const Request = z.object({
  id: IdMember,
  code: z.unknown().optional(),
  params: z.object({ module: ModuleMember, version: OptionalVersionMember.catch(undefined) }).optional(),
})

export const readInform = (payload: Uint8Array): Reading => {
  const read = readAs(Inform, payload)
  if (!read.ok) return read
  const { version, module = DEFAULT_MODULE } = read.value.params
  return version === UNFILLED_VERSION
    ? { ok: true, uplink: { kind: 'meaningless', why: 'the placeholder version of iotkit-embedded' } }
    : { ok: true, uplink: { kind: 'version', module, version } }
}

/** A progress report in the platform's terms. */
export const taskReport = ({
  step,
  desc: text,
  module,
  strategy: campaignTag,
}: z.output<typeof ProgressParams>): TaskReport =>
  step < 0
    ? { kind: 'failure', module, reason: stepReasons[step] ?? 'UPGRADE_FAILED', text, campaignTag }
    : { kind: 'progress', module, percent: step, text, campaignTag }

export const readProgress = (payload: Uint8Array): Reading => {
  const read = readAs(Progress, payload)
  return read.ok ? { ok: true, uplink: taskReport(read.value.params) } : read
}

const query = (
  id: MessageId | undefined,
  module: string | undefined,
  replyTopic: string,
  runs?: string | undefined,
): Reading => ({
  ok: true,
  uplink: { kind: 'query', module, version: undefined, runs, messageId: id ?? '0', replyTopic },
})

export const readGet = (payload: Uint8Array, replyTopic: string): Reading => {
  const read = readAs(Get, payload)
  return read.ok ? query(read.value.id, read.value.params?.module, replyTopic) : read
}

/** The older query. On an external broker the station also receives its own answer, because it uses the topic of the query. */
export const readRequest = (payload: Uint8Array, replyTopic: string): Reading => {
  const read = readAs(Request, payload)
  if (!read.ok) return read
  const { id, code, params } = read.value
  return code === undefined
    ? query(id, params?.module, replyTopic, params?.version)
    : { ok: true, uplink: { kind: 'meaningless', why: 'an answer, not a question' } }
}
