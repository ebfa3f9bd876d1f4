import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { DeviceIdentity, LoginClaim } from '../dialect.ts'
import { anywhere, type TopicNames } from '../topic-names.ts'

/** `/ota/device/{what}/{productKey}/{deviceName}` (docs/protocols/sagoo.md §2.1). */
const ota = (what: string) => (device: DeviceIdentity) =>
  `/ota/device/${what}/${device.productKey}/${device.deviceName}`
/** `/sys/{productKey}/{deviceName}/thing/{what}` (docs/protocols/sagoo.md §2.1). */
const thing = (what: string) => (device: DeviceIdentity) =>
  `/sys/${device.productKey}/${device.deviceName}/thing/${what}`

export const informTopic = ota('inform')
export const progressTopic = ota('progress')
export const upgradeTopic = ota('upgrade')
/** The query topic of iotkit-embedded 3.x, which publishes and subscribes to the same topic. */
export const requestTopic = ota('request')
export const getTopic = thing('ota/firmware/get')
export const getReplyTopic = thing('ota/firmware/get_reply')
export const downloadTopic = thing('file/download')
export const downloadReplyTopic = thing('file/download_reply')

const anyone: DeviceIdentity = { productKey: '+', deviceName: '+', accessToken: '' }
const uplinkTopics = [informTopic, progressTopic, requestTopic, getTopic, downloadTopic]

export const publishTopics = (device: DeviceIdentity): string[] => uplinkTopics.map((topic) => topic(device))
export const subscribeTopics = (device: DeviceIdentity): string[] =>
  [upgradeTopic, requestTopic, getReplyTopic, downloadReplyTopic].map((topic) => topic(device))
export const uplinkFilters: readonly string[] = publishTopics(anyone)

/**
 * Alibaba's topics contain key and name as adjacent levels. A gateway publishes under the names of its children, and SagooIOT puts
 * those after the gateway's name (docs/protocols/sagoo.md §2.3: `/sys/{childPk}/{gwKey}/child/{childKey}/thing/…`).
 */
export const names = ({ productKey, deviceName }: DeviceIdentity): TopicNames => ({
  own: [
    `/ota/device/+/${productKey}/${deviceName}/#`,
    `/sys/${productKey}/${deviceName}/#`,
    `/sys/+/${deviceName}/child/#`,
  ],
  elsewhere: anywhere(productKey, deviceName),
  families: ['/ota/#', '/sys/#'],
  tolerated: ['/sys/+/+/#', '/+/+/user/#'],
  ota: ['/ota/#', '/sys/+/+/thing/ota/#', '/sys/+/+/thing/file/#', '/sys/+/+/child/+/thing/ota/#'],
})

const uplinkTopic =
  /^(?:\/ota\/device\/(?:inform|progress|request)\/([^/]+)\/([^/]+)|\/sys\/([^/]+)\/([^/]+)\/thing\/(?:ota\/firmware\/get|file\/download))$/

/** The device that an uplink topic names. */
export const senderOf = (topic: string): LoginClaim['who'] | undefined => {
  const match = uplinkTopic.exec(topic)
  const productKey = match?.[1] ?? match?.[3] ?? ''
  const deviceName = match?.[2] ?? match?.[4] ?? ''
  return PRODUCT_KEY_PATTERN.test(productKey) && DEVICE_NAME_PATTERN.test(deviceName)
    ? { productKey, deviceName }
    : undefined
}
