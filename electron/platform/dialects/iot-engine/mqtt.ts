import { z } from 'zod'
import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import { stepReasons } from '#shared/reasons.ts'
import type { DeviceIdentity, Downlink, MqttDialect, Query, Reading, UpgradeOffer } from '../dialect.ts'
import {
  check,
  DEFAULT_MODULE,
  deltaMembers,
  IdMember,
  isObject,
  OptionalVersionMember,
  type Read,
  readJson,
  StepMember,
  TextMember,
  VersionMember,
} from '../message-fields.ts'
import { claimSigned } from '../signed-login.ts'

/**
 * JD Cloud's IoT engine over MQTT (docs/protocols/iot-engine.md §1). The document defines the topics `upgrade` and `get_reply` and their
 * messages; the other topics, the acknowledgement and the status numbers are choices of this project
 * (docs/protocols/iot-engine.md §3.1, docs/protocols/iot-engine.md §6.2).
 */

const VERSION_TOPICS = ['version', 'inform', 'report'] as const
const UPLINKS = [...VERSION_TOPICS, 'upgrade_reply', 'progress', 'get', 'request'] as const
type Purpose = (typeof UPLINKS)[number]
const DOWNLINKS = ['upgrade', 'get_reply', 'request_reply'] as const

const PREFIX = /^\/sys\/([^/]+)\/([^/]+)\/ota\/firmware\/([a-z_]+)$/
const topicOf = ({ productKey, deviceName }: DeviceIdentity, purpose: string): string =>
  `/sys/${productKey}/${deviceName}/ota/firmware/${purpose}`

const isUplink = (purpose: string | undefined): purpose is Purpose =>
  (UPLINKS as readonly (string | undefined)[]).includes(purpose)

/** The document prints keys with a trailing space: both forms are accepted, the clean key wins, and only it is sent (docs/protocols/iot-engine.md §3.4). */
const withoutStrayBlanks = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutStrayBlanks)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [key, withoutStrayBlanks(member)] as const)
  const exact = entries.filter(([key]) => key === key.trim())
  return Object.fromEntries([...entries.map(([key, member]) => [key.trim(), member] as const), ...exact])
}

const readTrimmed = <T>(schema: z.ZodType<T>, payload: Uint8Array): Read<T> => {
  const json = readJson(payload)
  return json.ok ? check(schema, withoutStrayBlanks(json.value)) : json
}

const Version = z.object({ data: z.object({ firmwareVersion: VersionMember }) })

/** Status of docs/protocols/iot-engine.md §6.2; `progress` may be absent if the status is sufficient. */
const Progress = z.object({
  data: z.object({
    status: StepMember,
    progress: StepMember.optional().catch(undefined),
    desc: TextMember,
    message: TextMember,
  }),
})

const Acknowledgement = z.object({ code: StepMember, message: TextMember })

/** Every member is optional, because each query gets an answer. */
const Get = z.object({
  msgId: IdMember.catch(undefined),
  data: z.object({ firmwareVersion: OptionalVersionMember }).optional(),
})

const readVersion = (payload: Uint8Array): Reading => {
  const read = readTrimmed(Version, payload)
  return read.ok
    ? { ok: true, uplink: { kind: 'version', module: DEFAULT_MODULE, version: read.value.data.firmwareVersion } }
    : read
}

const DOWNLOADING = 0
const DOWNLOADED = 1
const BURNING = 2
const SUCCEEDED = 3

const readProgress = (payload: Uint8Array): Reading => {
  const read = readTrimmed(Progress, payload)
  if (!read.ok) return read
  const { status, progress = 0, desc, message } = read.value.data
  const module = DEFAULT_MODULE
  const text = desc ?? message
  const reason = stepReasons[status]
  if (reason) return { ok: true, uplink: { kind: 'failure', module, reason, text } }
  switch (status) {
    case DOWNLOADING:
      // A complete download is not a complete upgrade, and 100% would count as one.
      return { ok: true, uplink: { kind: 'progress', module, percent: Math.min(Math.max(progress, 0), 99), text } }
    case DOWNLOADED:
    case BURNING:
      return { ok: true, uplink: { kind: 'installing', module, text } }
    case SUCCEEDED:
      return { ok: true, uplink: { kind: 'progress', module, percent: 100, text } }
    default:
      return { ok: false, refused: `data.status: ${status} is none of -4 to 3` }
  }
}

/** Only code 200 accepts the upgrade: with any other code the device refuses it. */
const readAcknowledgement = (payload: Uint8Array): Reading => {
  const read = readTrimmed(Acknowledgement, payload)
  if (!read.ok) return read
  const { code, message } = read.value
  if (code === 200) return { ok: true, uplink: { kind: 'acknowledged' } }
  const text = message === undefined ? `code ${code}` : `code ${code}: ${message}`
  return { ok: true, uplink: { kind: 'failure', module: DEFAULT_MODULE, reason: 'UPGRADE_FAILED', text } }
}

/** `get` names the requested version (docs/protocols/iot-engine.md §7.2). The members of a `request` are not documented, so it accepts any. */
const readQuery = (payload: Uint8Array, replyTopic: string, namesWanted: boolean): Reading => {
  const read = readTrimmed(Get, payload)
  if (!read.ok) return read
  const { msgId = '0', data } = read.value
  const version = namesWanted ? data?.firmwareVersion : undefined
  return { ok: true, uplink: { kind: 'query', module: DEFAULT_MODULE, version, messageId: msgId, replyTopic } }
}

/** The document does not define delta upgrades: only a delta notice has extra members, after the documented ones. */
const differential = (offer: UpgradeOffer) => (offer.diff ? { isDiff: 1, extData: deltaMembers(offer) } : {})

/** The members shared by notice and answer, in the order of docs/protocols/iot-engine.md §5.2. The protocol supports only MD5. */
const firmwareOf = ({ version, files: [file], ...offer }: UpgradeOffer) => ({
  firmwareVersion: version,
  url: file.url,
  sign: file.md5,
  signMethod: 'Md5',
  ...differential({ version, files: [file], ...offer }),
})

const writeNotice = (offer: UpgradeOffer, topic: string): Downlink => ({
  topic,
  payload: JSON.stringify({
    msgId: String(offer.messageId),
    version: '1.0',
    data: { policy: offer.policy, size: offer.files[0].size, ...firmwareOf(offer) },
  }),
})

/** docs/protocols/iot-engine.md §7.3: without policy and size; code 404 when there is no upgrade (docs/protocols/iot-engine.md §7.4). */
const writeAnswer = (query: Query, offer: UpgradeOffer | undefined): Downlink => ({
  topic: query.replyTopic,
  payload: JSON.stringify(
    offer
      ? { msgId: query.messageId, version: '1.0', data: firmwareOf(offer) }
      : {
          msgId: query.messageId,
          code: 404,
          message: ['FirmwareVersion', query.version, 'not existed'].filter(Boolean).join(' '),
        },
  ),
})

export const iotEngineMqtt = {
  protocol: 'iot-engine',
  // The vendor publishes no formula, so Alibaba's forms are used (docs/protocols/iot-engine.md §2.1).
  claim: claimSigned,
  // docs/protocols/iot-engine.md §2.3: the SDK subscribes on its own when it starts.
  listensAtOnce: (_connect) => false,
  topics: (device) => ({
    publish: UPLINKS.map((purpose) => topicOf(device, purpose)),
    subscribe: DOWNLINKS.map((purpose) => topicOf(device, purpose)),
  }),
  names: ({ productKey, deviceName }) => ({
    own: [`/sys/${productKey}/${deviceName}/#`],
    // A gateway publishes under the names of its children (`event/{x}/post`, `service/{x}/invoke_reply`).
    tolerated: ['/sys/+/+/#'],
    ota: ['/sys/+/+/ota/#'],
  }),
  rules: { offlineFails: false, acknowledgeMs: 10_000 },
  noticeTopics: (device) => [topicOf(device, 'upgrade')],
  read: (device, topic, payload) => {
    const purpose = UPLINKS.find((name) => topic === topicOf(device, name))
    switch (purpose) {
      case 'version':
      case 'inform':
      case 'report':
        return readVersion(payload)
      case 'progress':
        return readProgress(payload)
      case 'upgrade_reply':
        return readAcknowledgement(payload)
      case 'get':
      case 'request':
        return readQuery(payload, topicOf(device, `${purpose}_reply`), purpose === 'get')
      case undefined:
        return { ok: false, refused: 'no topic of this protocol' }
    }
  },
  notice: (_device, offer, topic) => writeNotice(offer, topic),
  answer: (_device, query, offer) => writeAnswer(query, offer),
  uplinkFilters: UPLINKS.map((purpose) => `/sys/+/+/ota/firmware/${purpose}`),
  senderOf: (topic) => {
    const [, productKey = '', deviceName = '', purpose] = PREFIX.exec(topic) ?? []
    return isUplink(purpose) && PRODUCT_KEY_PATTERN.test(productKey) && DEVICE_NAME_PATTERN.test(deviceName)
      ? { productKey, deviceName }
      : undefined
  },
} satisfies MqttDialect
