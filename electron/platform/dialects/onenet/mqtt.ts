import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { Connect, DeviceIdentity, Dialect, LoginClaim } from '../dialect.ts'
import { readAuthorization } from './authorization.ts'

/**
 * A OneNET device's connection over MQTT. Nothing of OTA passes over it: the device asks over HTTP. It is let in, and may use
 * its own topics (device-protocols.md 6).
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

const TOPIC = /^\$sys\/([^/]+)\/([^/]+)\//

export const onenetMqtt = {
  protocol: 'onenet',
  claim,
  listensAtOnce: () => false,
  // OneNET's clients subscribe to all that is theirs at once.
  topics: (device) => ({ publish: [], subscribe: [`${own(device)}#`] }),
  owns: (device, topic) => topic.startsWith(own(device)),
  rules: { offlineFails: false, acknowledgeMs: undefined },
  noticeTopics: () => [],
  read: () => ({ ok: false, refused: 'no topic of this protocol' }),
  uplinkFilters: [],
  senderOf: (topic) => {
    const [, productKey = '', deviceName = ''] = TOPIC.exec(topic) ?? []
    return PRODUCT_KEY_PATTERN.test(productKey) && DEVICE_NAME_PATTERN.test(deviceName)
      ? { productKey, deviceName }
      : undefined
  },
} satisfies Dialect
