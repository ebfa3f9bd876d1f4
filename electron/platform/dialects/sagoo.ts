import { z } from 'zod'
import {
  DEVICE_NAME_PATTERN,
  JSON_DEPTH,
  MODULE_NAME_PATTERN,
  PRODUCT_KEY_PATTERN,
  VERSION_MAX,
} from '#shared/limits.ts'
import { stepReasons } from '#shared/reasons.ts'
import type { Ask, DeviceIdentity, Dialect, Downlink, Reading, UpgradeOffer } from './dialect.ts'
import { parseJson } from './json.ts'
import { asksForSubscription, claimSigned } from './signed-login.ts'

/** SagooIOT over MQTT: reference 001, which follows Alibaba Cloud IoT (device-protocols.md 2 and 3). */

const INFORM = '/ota/device/inform/'
const PROGRESS = '/ota/device/progress/'
const UPGRADE = '/ota/device/upgrade/'

/** The module that messages without a name mean; its name is never sent (reference 001, 推送ota升级包, 8). */
const DEFAULT_MODULE = 'default'

/** Alibaba's pull (device-protocols.md 2.1), for campaigns that wait for the device to ask. */
const getTopic = (device: DeviceIdentity) => `/sys/${device.productKey}/${device.deviceName}/thing/ota/firmware/get`
const getReplyTopic = (device: DeviceIdentity) => `${getTopic(device)}_reply`

const own = (prefix: string, device: DeviceIdentity) => `${prefix}${device.productKey}/${device.deviceName}`

/** A member that C devices print empty or null when they mean "none". */
const absent = (value: unknown) => (value === '' || value === null ? undefined : value)
const ModuleMember = z.preprocess(absent, z.string().regex(MODULE_NAME_PATTERN, 'no module name').optional())

/** `id` and, in newer devices' progress, `strategy` are not looked at: a device is in one job per module. */
const Inform = z.object({
  params: z.object({
    version: z
      .string()
      .trim()
      .min(1)
      .max(VERSION_MAX)
      .regex(/^[^\p{Cc}]*$/u, 'control characters'),
    module: ModuleMember,
  }),
})

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

const Progress = z.object({
  params: z.object({
    step: Step,
    desc: z.preprocess(
      absent,
      z
        .union([z.string(), z.number().transform(String)])
        .optional()
        .catch(undefined),
    ),
    module: ModuleMember,
  }),
})

/** LinkSDK sends no more than `{"id":2, "params":{}}`. */
const Get = z.object({
  id: z.union([z.string().max(64), z.number()]).optional(),
  params: z.object({ module: ModuleMember }).optional(),
})

/** Reads the payload by a schema; a refusal names the member and the rule. */
const readAs = <T>(
  schema: z.ZodType<T>,
  payload: Uint8Array,
): { ok: true; value: T } | { ok: false; refused: string } => {
  const json = parseJson(payload, JSON_DEPTH)
  if (!json.ok) return json
  const parsed = schema.safeParse(json.value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const issue = parsed.error.issues[0]
  return { ok: false, refused: `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not understood'}` }
}

const readInform = (payload: Uint8Array): Reading => {
  const read = readAs(Inform, payload)
  if (!read.ok) return read
  const { version, module } = read.value.params
  return { ok: true, uplink: { kind: 'version', module: module ?? DEFAULT_MODULE, version } }
}

const readProgress = (payload: Uint8Array): Reading => {
  const read = readAs(Progress, payload)
  if (!read.ok) return read
  const { step, desc: words, module } = read.value.params
  return step < 0
    ? { ok: true, uplink: { kind: 'failure', module, reason: stepReasons[step] ?? 'UPGRADE_FAILED', words } }
    : { ok: true, uplink: { kind: 'progress', module, percent: step, words } }
}

const readGet = (device: DeviceIdentity, payload: Uint8Array): Reading => {
  const read = readAs(Get, payload)
  if (!read.ok) return read
  const { id, params } = read.value
  return {
    ok: true,
    uplink: {
      kind: 'ask',
      module: params?.module,
      version: undefined,
      messageId: id ?? '0',
      replyTopic: getReplyTopic(device),
    },
  }
}

/**
 * Members in the order reference 001 prints them. Where deployed clients and the document part (device-protocols.md 2.2):
 * `md5` is always there (iotkit-embedded 3.x looks at nothing else) and MD5 is spelled `Md5` (LinkSDK drops `MD5`).
 * `extData` is always there too, `{}` when there is nothing in it: the document knows no notice without it.
 */
const offerData = ({ files: [file], ...offer }: UpgradeOffer): Record<string, unknown> => {
  const extData: Record<string, string> = { ...offer.tags }
  if (offer.customInfo !== null) extData._package_udi = JSON.stringify(offer.customInfo)
  return {
    size: file.size,
    version: offer.version,
    url: file.url,
    md5: file.md5,
    sign: offer.signMethod === 'MD5' ? file.md5 : file.sha256,
    signMethod: offer.signMethod === 'MD5' ? 'Md5' : 'SHA256',
    module: offer.module === DEFAULT_MODULE ? undefined : offer.module,
    extData,
  }
}

const writeNotice = (offer: UpgradeOffer, topic: string): Downlink => ({
  topic,
  payload: JSON.stringify({ code: '200', data: offerData(offer), id: offer.messageId, message: 'success' }),
})

/** device-protocols.md 2.1, get_reply: the members of the notice, or empty data when there is nothing to do. */
const writeAnswer = (ask: Ask, offer: UpgradeOffer | undefined): Downlink => ({
  topic: ask.replyTopic,
  payload: JSON.stringify({ id: ask.messageId, code: 200, data: offer ? offerData(offer) : {} }),
})

/** `/ota/device/{what}/{productKey}/{deviceName}`, `/sys/{productKey}/{deviceName}/thing/ota/firmware/get` */
const uplinkTopic =
  /^(?:\/ota\/device\/(?:inform|progress)\/([^/]+)\/([^/]+)|\/sys\/([^/]+)\/([^/]+)\/thing\/ota\/firmware\/get)$/

export const sagoo: Dialect = {
  protocol: 'sagoo',
  claim: claimSigned,
  listensAtOnce: asksForSubscription,
  topics: (device) => ({
    publish: [own(INFORM, device), own(PROGRESS, device), getTopic(device)],
    subscribe: [own(UPGRADE, device), getReplyTopic(device)],
  }),
  // Alibaba's topics carry key and name as two neighbouring levels wherever they stand: /sys/{pk}/{dn}/..., /ota/device/.../{pk}/{dn}.
  owns: (device, topic) => `${topic}/`.includes(`/${device.productKey}/${device.deviceName}/`),
  rules: { offlineFails: false, acknowledgeMs: undefined },
  noticeTopics: (device) => [own(UPGRADE, device)],
  read: (device, topic, payload) => {
    if (topic === own(INFORM, device)) return readInform(payload)
    if (topic === own(PROGRESS, device)) return readProgress(payload)
    if (topic === getTopic(device)) return readGet(device, payload)
    return { ok: false, refused: 'no topic of this protocol' }
  },
  notice: (_device, offer, topic) => writeNotice(offer, topic),
  answer: (_device, ask, offer) => writeAnswer(ask, offer),
  uplinkFilters: [`${INFORM}+/+`, `${PROGRESS}+/+`, '/sys/+/+/thing/ota/firmware/get'],
  senderOf: (topic) => {
    const match = uplinkTopic.exec(topic)
    const productKey = match?.[1] ?? match?.[3] ?? ''
    const deviceName = match?.[2] ?? match?.[4] ?? ''
    return PRODUCT_KEY_PATTERN.test(productKey) && DEVICE_NAME_PATTERN.test(deviceName)
      ? { productKey, deviceName }
      : undefined
  },
}
