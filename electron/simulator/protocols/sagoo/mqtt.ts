import type { DeviceCredentials } from '../../device-link.ts'
import { shortText } from '../json.ts'
import type { MqttProtocol, UplinkMessage } from '../mqtt-protocol.ts'
import { signedLogin } from '../signed-login.ts'
import { failureSteps } from '../steps.ts'
import { sagooBlocks } from './blocks.ts'
import { readAnswer, readNotice } from './notice.ts'

const uplink = (
  device: DeviceCredentials,
  purpose: 'inform' | 'progress',
  messageId: number,
  params: Readonly<Record<string, string>>,
  module: string,
): UplinkMessage => ({
  topic: `/ota/device/${purpose}/${device.productKey}/${device.name}`,
  // docs/protocols/sagoo.md §3.2: id is a numeric string; module may be left out for default.
  payload: JSON.stringify({
    id: String(messageId),
    params: { ...params, ...(module === 'default' ? {} : { module }) },
  }),
})

const firmware = ({ productKey, name }: DeviceCredentials, purpose: 'get' | 'get_reply'): string =>
  `/sys/${productKey}/${name}/thing/ota/firmware/${purpose}`

/** The device's side of SagooIOT's protocol (docs/protocols/sagoo.md §2), as Alibaba-format clients speak it. */
export const sagoo: MqttProtocol = {
  login: signedLogin,
  noticeTopic: (device) => `/ota/device/upgrade/${device.productKey}/${device.name}`,
  versionReport: (device, messageId, module, version) => uplink(device, 'inform', messageId, { version }, module),
  progress: (device, messageId, module, percent) =>
    uplink(device, 'progress', messageId, { step: String(percent), desc: '' }, module),
  failure: (device, messageId, module, kind, text) =>
    uplink(device, 'progress', messageId, { step: String(failureSteps[kind]), desc: shortText(text) }, module),
  readNotice,
  questions: {
    replyTopic: (device) => firmware(device, 'get_reply'),
    question: (device, messageId, module) => ({
      topic: firmware(device, 'get'),
      payload: JSON.stringify({
        id: String(messageId),
        version: '1.0',
        params: module === 'default' ? {} : { module },
        method: 'thing.ota.firmware.get',
      }),
    }),
    readAnswer,
  },
  blocks: sagooBlocks,
}
