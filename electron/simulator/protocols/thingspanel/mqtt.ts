import { z } from 'zod'
import type { DeviceCredentials } from '../../device-link.ts'
import type { NoticeReading } from '../../notice.ts'
import { announcesDelta, deltaOf } from '../delta-members.ts'
import { DownloadUrl, hex, MessageId, readAs, Size, shortText, Version } from '../json.ts'
import type { MqttProtocol } from '../mqtt-protocol.ts'
import { failureSteps } from '../steps.ts'

const common = {
  version: Version,
  size: Size,
  url: DownloadUrl,
  module: z.string().default('default'),
  extData: z.unknown().optional(),
}

/** docs/protocols/thingspanel.md §8.2: the table says MD5, the example prints Md5. */
const Notice = z.object({
  id: MessageId,
  code: z.union([z.literal(200), z.literal('200')]),
  params: z.discriminatedUnion('signMethod', [
    z.object({ ...common, signMethod: z.literal(['Md5', 'MD5']), sign: hex(32) }),
    z.object({ ...common, signMethod: z.literal('SHA256'), sign: hex(64) }),
  ]),
})

const readNotice = (payload: Uint8Array): NoticeReading => {
  const read = readAs(Notice, payload)
  if (!read.ok) return read
  const { module, version, url, size, sign, signMethod, extData } = read.value.params
  const algorithm = signMethod === 'SHA256' ? 'sha256' : 'md5'
  const file = { from: { kind: 'url', url }, size, algorithm, digest: sign.toLowerCase() } as const
  return {
    ok: true,
    notice: {
      id: read.value.id,
      pushed: true,
      module,
      version,
      files: [file],
      ...(announcesDelta(extData) && { delta: deltaOf(extData) }),
    },
  }
}

/** docs/protocols/thingspanel.md §4.2: ten digits. */
const idOf = (messageId: number): string => String(1_000_000_000 + messageId)

const progress = ({ accessToken }: DeviceCredentials, step: number, desc: string, module: string) => ({
  topic: `/ota/device/progress/${accessToken}`,
  // docs/protocols/thingspanel.md §6.1: without an envelope, the step as text.
  payload: JSON.stringify({ step: String(step), desc, module }),
})

/** The device's side of ThingsPanel's protocol (docs/protocols/thingspanel.md §1), on the topics of its documents. */
export const thingspanel: MqttProtocol = {
  // docs/protocols/thingspanel.md §2.1: the token is the user name; the password is empty or the device's secret.
  login: ({ accessToken, name, secret }, form) => ({
    clientId: name,
    username: accessToken,
    password: form === 'plain' ? '' : secret,
  }),
  noticeTopic: ({ accessToken }) => `/ota/device/upgrade/${accessToken}`,
  versionReport: ({ accessToken }, messageId, module, version) => ({
    topic: `/ota/device/inform/${accessToken}`,
    payload: JSON.stringify({ id: idOf(messageId), params: { version, module } }),
  }),
  progress: (device, _messageId, module, percent) => progress(device, percent, `升级进度${percent}%`, module),
  failure: (device, _messageId, module, kind, text) => progress(device, failureSteps[kind], shortText(text), module),
  readNotice,
}
