import { z } from 'zod'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import { stepReasons } from '#shared/reasons.ts'
import type { Connect, DeviceIdentity, Downlink, LoginClaim, MqttDialect, Reading, UpgradeOffer } from '../dialect.ts'
import {
  check,
  DEFAULT_MODULE,
  deltaMembers,
  isObject,
  ModuleMember,
  type Read,
  ReportedModule,
  readJson,
  StepMember,
  TextMember,
  VersionMember,
} from '../message-fields.ts'
import { sameText } from '../signed-login.ts'
import { anywhere, type TopicNames, withAndWithoutSlash } from '../topic-names.ts'

/**
 * ThingsPanel over MQTT: its document and its releases (docs/protocols/thingspanel.md §1.2). Three families of topics are in
 * use, each with and without a leading slash:
 *
 *   documents  ota/device/inform/{token}, ota/device/progress/{token}     notice on ota/device/upgrade/{token}
 *   0.5.4.1    ota/device/inform, ota/device/progress                     notice on ota/device/inform/{token}
 *   main       ota/devices/progress                                       notice on ota/devices/infrom/{number}, also inform
 */

const publishTopics = ({ accessToken }: DeviceIdentity): string[] =>
  withAndWithoutSlash([
    `ota/device/inform/${accessToken}`,
    `ota/device/progress/${accessToken}`,
    'ota/device/inform',
    'ota/device/progress',
    'ota/devices/progress',
  ])

const noticeTopics = ({ accessToken, deviceName }: DeviceIdentity): readonly [string, ...string[]] => [
  `/ota/device/upgrade/${accessToken}`,
  `ota/device/upgrade/${accessToken}`,
  ...withAndWithoutSlash([
    `ota/device/inform/${accessToken}`,
    // The misspelling is in the default configuration of main; its documents use the correct spelling.
    `ota/devices/infrom/${deviceName}`,
    `ota/devices/inform/${deviceName}`,
  ]),
]

/** The notice topic of a device that published on this topic. */
const noticeTopicAfter = (device: DeviceIdentity, uplinkTopic: string): string => {
  const slash = uplinkTopic.startsWith('/') ? '/' : ''
  if (uplinkTopic.includes('ota/devices/')) return `${slash}ota/devices/infrom/${device.deviceName}`
  const purpose = uplinkTopic.endsWith(`/${device.accessToken}`) ? 'upgrade' : 'inform'
  return `${slash}ota/device/${purpose}/${device.accessToken}`
}

/** Documented topic families besides OTA; `device` is used in the field. */
const FAMILIES = ['devices', 'device', 'gateway']

/** Topics without a device name, because ThingsPanel identifies the device by its login: telemetry, reports and replies, by message number. */
const NAMELESS = [
  ...['telemetry', 'status', 'attributes', 'attributes/+', 'event', 'event/+', 'events', 'events/+'],
  ...['command/response', 'command/response/+', 'event/response/+'],
  ...['attributes/set/response/+', 'attributes/get/response/+'],
]

/** Tokens and numbers follow the purpose in the topic (`devices/command/{number}/+`, `devices/attributes/set/{number}/+`). */
const names = ({ accessToken, deviceName }: DeviceIdentity): TopicNames => {
  const own = [accessToken, deviceName]
  const families = withAndWithoutSlash(FAMILIES.map((family) => `${family}/#`))
  const ota = withAndWithoutSlash(['ota/#'])
  return {
    own: withAndWithoutSlash([
      ...own.flatMap((name) => [`ota/device/+/${name}/#`, `ota/devices/+/${name}/#`]),
      ...FAMILIES.flatMap((family) => [
        ...NAMELESS.map((what) => `${family}/${what}`),
        ...own.flatMap((name) => [`${family}/+/${name}/#`, `${family}/+/+/${name}/#`]),
      ]),
      'v1/devices/me/+',
    ]),
    elsewhere: own.flatMap((name) => anywhere(name)),
    families: [...families, ...ota],
    tolerated: families,
    ota,
  }
}

const Inform = z.object({ version: VersionMember, module: ModuleMember })
const Progress = z.object({ step: StepMember, desc: TextMember, module: ReportedModule })
const Wrapper = z.object({ token: z.string().optional(), values: z.record(z.string(), z.unknown()) })

/**
 * Extracts the members: a version report has them in `params`, progress at the top level. ThingsPanel's own broker wraps both, as
 * `{token, values}` (0.5.4.1) or `{device_id, values}` (main); a token must then be the sender's.
 */
const readMembers = (device: DeviceIdentity, payload: Uint8Array): Read<Readonly<Record<string, unknown>>> => {
  const json = readJson(payload)
  if (!json.ok) return json
  const wrapper = Wrapper.safeParse(json.value)
  const { token } = wrapper.data ?? {}
  if (token !== undefined && token !== device.accessToken) return { ok: false, refused: 'the token of another device' }
  const body = wrapper.data?.values ?? json.value
  if (!isObject(body)) return { ok: false, refused: 'message: no object' }
  return { ok: true, value: isObject(body.params) ? { code: body.code, ...body.params } : body }
}

const readInform = (device: DeviceIdentity, payload: Uint8Array): Reading => {
  const members = readMembers(device, payload)
  if (!members.ok) return members
  // On an external broker the station receives its own notices of 0.5.4.1, because versions arrive on the same topic.
  if (members.value.code !== undefined)
    return { ok: true, uplink: { kind: 'meaningless', why: 'a notice, not a version report' } }
  const read = check(Inform, members.value)
  if (!read.ok) return read
  const { version, module = DEFAULT_MODULE } = read.value
  return { ok: true, uplink: { kind: 'version', module, version } }
}

/** 1-100 percent, -1 to -4 failures; other values have no meaning (docs/protocols/thingspanel.md §6.2). */
const readProgress = (device: DeviceIdentity, payload: Uint8Array): Reading => {
  const members = readMembers(device, payload)
  const read = members.ok ? check(Progress, members.value) : members
  if (!read.ok) return read
  const { step, desc: text, module } = read.value
  const reason = stepReasons[step]
  if (reason) return { ok: true, uplink: { kind: 'failure', module, reason, text } }
  return step >= 1 && step <= 100
    ? { ok: true, uplink: { kind: 'progress', module, percent: step, text } }
    : { ok: true, uplink: { kind: 'meaningless', why: 'a step that is neither 1-100 nor -1 to -4' } }
}

/** ThingsPanel's message ids are nine digits (docs/protocols/thingspanel.md §8.2). */
const messageIdOf = (offer: UpgradeOffer): string => String(100_000_000 + (offer.messageId % 900_000_000))

/** Members in the order of docs/protocols/thingspanel.md §8.2. `_package_udi` holds the package's own information as text. */
const writeNotice = ({ files: [file], ...offer }: UpgradeOffer, messageId: string, topic: string): Downlink => ({
  topic,
  payload: JSON.stringify({
    id: messageId,
    code: 200,
    params: {
      version: offer.version,
      size: file.size,
      url: file.url,
      signMethod: offer.signMethod === 'MD5' ? 'Md5' : 'SHA256',
      sign: offer.signMethod === 'MD5' ? file.md5 : file.sha256,
      module: offer.module === DEFAULT_MODULE ? undefined : offer.module,
      extData: {
        ...offer.tags,
        ...(offer.customInfo === null ? {} : { _package_udi: JSON.stringify(offer.customInfo) }),
        ...deltaMembers(offer),
      },
    },
  }),
})

/**
 * User name: the access token. Password: none (a plain login), or a secret, which is the stronger form because there is
 * no signed form. The product's secret with a new token registers a device (docs/protocols/thingspanel.md §2.4).
 */
const claim = ({ username, password }: Connect): LoginClaim | undefined =>
  DEVICE_NAME_PATTERN.test(username)
    ? {
        who: { accessToken: username },
        ...(password === '' ? { tokenAlone: true } : { form: 'plain' }),
        proves: (secret) => (secret !== '' && sameText(password, secret) ? 'signed' : undefined),
      }
    : undefined

const uplinkTopic = /^\/?ota\/device\/(?:inform|progress)\/([^/]+)$/
const sharedUplinkTopic = /^\/?ota\/(?:device\/inform|device\/progress|devices\/progress)$/

const senderOf = (topic: string, payload?: Uint8Array): LoginClaim['who'] | undefined => {
  const named = uplinkTopic.exec(topic)?.[1]
  const wrapper = payload && sharedUplinkTopic.test(topic) ? readJson(payload) : undefined
  const accessToken = named ?? (wrapper?.ok ? Wrapper.safeParse(wrapper.value).data?.token : undefined)
  return accessToken !== undefined && DEVICE_NAME_PATTERN.test(accessToken) ? { accessToken } : undefined
}

export const thingspanelMqtt = {
  protocol: 'thingspanel',
  claim,
  listensAtOnce: () => false,
  topics: (device) => ({ publish: publishTopics(device), subscribe: noticeTopics(device) }),
  names,
  // docs/protocols/thingspanel.md §7.3: the upgrade of an offline device fails, and can be repeated.
  rules: { offlineFails: true, acknowledgeMs: undefined, pieceCrc16: true },
  noticeTopics,
  noticeTopicAfter,
  read: (device, topic, payload) => {
    if (!publishTopics(device).includes(topic)) return { ok: false, refused: 'no topic of this protocol' }
    return topic.includes('/progress') ? readProgress(device, payload) : readInform(device, payload)
  },
  notice: (_device, offer, topic) => writeNotice(offer, messageIdOf(offer), topic),
  uplinkFilters: withAndWithoutSlash([
    'ota/device/inform/+',
    'ota/device/progress/+',
    'ota/device/inform',
    'ota/device/progress',
    'ota/devices/progress',
  ]),
  senderOf,
} satisfies MqttDialect
