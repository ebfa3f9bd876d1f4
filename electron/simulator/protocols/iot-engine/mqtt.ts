import { z } from 'zod'
import type { DeviceCredentials } from '../../device-link.ts'
import type { NoticeReading } from '../../notice.ts'
import { deltaOf } from '../delta-members.ts'
import { check, DownloadUrl, hex, MessageId, readAs, readJson, Size, Version } from '../json.ts'
import type { MqttProtocol, UplinkMessage } from '../mqtt-protocol.ts'
import { signedLogin } from '../signed-login.ts'
import { failureSteps } from '../steps.ts'

const Firmware = z.object({
  firmwareVersion: Version,
  url: DownloadUrl,
  // docs/protocols/iot-engine.md §5.2: the protocol supports only Md5.
  sign: hex(32),
  signMethod: z.literal('Md5'),
  isDiff: z.literal(1).optional(),
  extData: z.unknown().optional(),
})
/**
 * docs/protocols/iot-engine.md §5.1. Some keys have a trailing blank in the document; they are sent without it
 * (docs/protocols/iot-engine.md §3.4).
 */
const Notice = z.object({
  msgId: MessageId,
  version: z.literal('1.0'),
  data: Firmware.extend({ policy: z.literal(['standard', 'silent']), size: Size }),
})
/** docs/protocols/iot-engine.md §7.3: without policy and size. */
const Answer = z.object({ msgId: MessageId, version: z.literal('1.0'), data: Firmware })
const NotExisted = z.object({ msgId: MessageId, code: z.literal(404), message: z.string() })

const reading = (
  id: string,
  pushed: boolean,
  { firmwareVersion: version, url, sign, isDiff, extData }: z.infer<typeof Firmware>,
  size: number | undefined,
): NoticeReading => {
  const file = { from: { kind: 'url', url }, size, algorithm: 'md5', digest: sign.toLowerCase() } as const
  return {
    ok: true,
    notice: { id, pushed, module: 'default', version, files: [file], ...(isDiff && { delta: deltaOf(extData) }) },
  }
}

const topicOf = ({ productKey, name }: DeviceCredentials, purpose: string): string =>
  `/sys/${productKey}/${name}/ota/firmware/${purpose}`

const uplink = (
  device: DeviceCredentials,
  purpose: string,
  messageId: number,
  data: Readonly<Record<string, unknown>>,
): UplinkMessage => ({
  topic: topicOf(device, purpose),
  payload: JSON.stringify({ msgId: String(messageId), version: '1.0', data }),
})

/** The status numbers of docs/protocols/iot-engine.md §6.2; failures are -1 to -4. */
const DOWNLOADING = 0
const DOWNLOADED = 1
const BURNING = 2
const SUCCEEDED = 3

/**
 * The device's side of JD Cloud's IoT engine (docs/protocols/iot-engine.md §1; points that the vendor leaves open:
 * docs/protocols/iot-engine.md §11.1).
 */
export const iotEngine: MqttProtocol = {
  login: signedLogin,
  noticeTopic: (device) => topicOf(device, 'upgrade'),
  versionReport: (device, messageId, _module, firmwareVersion) =>
    uplink(device, 'version', messageId, { firmwareVersion }),
  progress: (device, messageId, _module, progress) =>
    uplink(device, 'progress', messageId, { status: progress < 100 ? DOWNLOADING : SUCCEEDED, progress }),
  failure: (device, messageId, _module, kind, desc) =>
    uplink(device, 'progress', messageId, { status: failureSteps[kind], desc }),
  readNotice: (payload) => {
    const read = readAs(Notice, payload)
    return read.ok ? reading(read.value.msgId, true, read.value.data, read.value.data.size) : read
  },
  acknowledgement: (device, noticeId) => ({
    topic: topicOf(device, 'upgrade_reply'),
    payload: JSON.stringify({ msgId: noticeId, code: 200 }),
  }),
  downloaded: (device, messageId) => uplink(device, 'progress', messageId, { status: DOWNLOADED, progress: 100 }),
  burning: (device, messageId) => uplink(device, 'progress', messageId, { status: BURNING, progress: 100 }),
  questions: {
    // `get` queries one version by name; a device that knows none uses `request` (docs/protocols/iot-engine.md §7.1).
    replyTopic: (device) => topicOf(device, 'request_reply'),
    question: (device, messageId) => uplink(device, 'request', messageId, {}),
    readAnswer: (payload) => {
      const json = readJson(payload)
      if (!json.ok) return json
      if (check(NotExisted, json.value).ok) return 'nothing'
      const read = check(Answer, json.value)
      return read.ok ? reading(`answer ${read.value.data.firmwareVersion}`, false, read.value.data, undefined) : read
    },
  },
}
