import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { Connect, DeviceIdentity, Downlink, LoginClaim, MqttDialect, Reading, UpgradeOffer } from '../dialect.ts'
import { isObject, readJson } from '../message-fields.ts'
import { readAuthorization } from './authorization.ts'

/**
 * A OneNET device's connection over MQTT. The only OTA message on it is a notice, after which the device queries over HTTP; a device
 * that polls needs no notice. It may also use its own topics (docs/protocols/onenet.md §3.2).
 */

/** Client id: device name; user name: product id; password: a token over the product or this device. */
const claim = ({ clientId, username, password }: Connect): LoginClaim | undefined => {
  if (!DEVICE_NAME_PATTERN.test(clientId) || !PRODUCT_KEY_PATTERN.test(username)) return undefined
  const authorization = readAuthorization(password)
  if (!authorization) return undefined
  const { resource, expiresAt, signedWith } = authorization
  if (resource.kind === 'user' || resource.productKey !== username) return undefined
  if (resource.kind === 'device' && resource.deviceName !== clientId) return undefined
  return {
    who: { productKey: username, deviceName: clientId },
    proves: (secret) => (signedWith(secret) ? 'signed' : undefined),
    byProduct: resource.kind === 'product',
    expiresAt,
  }
}

const own = ({ productKey, deviceName }: DeviceIdentity) => `$sys/${productKey}/${deviceName}/`

/** Studio's notice and its reply (docs/protocols/onenet.md §9). */
const informTopic = (device: DeviceIdentity) => `${own(device)}ota/inform`
const informReplyTopic = (device: DeviceIdentity) => `${informTopic(device)}_reply`

/** Clients require a text `id`; two of them also read version and URL. */
const writeNotice = ({ messageId, version, files: [file] }: UpgradeOffer, topic: string): Downlink => ({
  topic,
  payload: JSON.stringify({ id: String(messageId), version, url: file.url }),
})

/** Other content of a reply is ignored: the HTTP calls show whether the device upgrades. */
const readReply = (payload: Uint8Array): Reading => {
  const json = readJson(payload)
  if (!json.ok) return json
  return isObject(json.value)
    ? { ok: true, uplink: { kind: 'acknowledged' } }
    : { ok: false, refused: 'message: no object' }
}

const TOPIC = /^\$sys\/([^/]+)\/([^/]+)\//

export const onenetMqtt = {
  protocol: 'onenet',
  claim,
  listensAtOnce: () => false,
  topics: (device) => ({ publish: [informReplyTopic(device)], subscribe: [informTopic(device)] }),
  // OneNET's clients subscribe to all their own topics at once. The topics that start with a bare `$` belong to its older MQTT.
  names: (device) => ({ own: [`${own(device)}#`], tolerated: ['$dp', '$crsp/+'] }),
  rules: { offlineFails: false, acknowledgeMs: undefined, noticeCalls: true },
  noticeTopics: (device) => [informTopic(device)],
  read: (device, topic, payload) =>
    topic === informReplyTopic(device) ? readReply(payload) : { ok: false, refused: 'no topic of this protocol' },
  notice: (_device, offer, topic) => writeNotice(offer, topic),
  // On an external broker a device sends nothing before it replies to a notice; it queries over HTTP.
  uplinkFilters: [],
  senderOf: (topic) => {
    const [, productKey = '', deviceName = ''] = TOPIC.exec(topic) ?? []
    return PRODUCT_KEY_PATTERN.test(productKey) && DEVICE_NAME_PATTERN.test(deviceName)
      ? { productKey, deviceName }
      : undefined
  },
} satisfies MqttDialect
