import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { FaultKind } from '../faults.ts'
import type { DeviceCredentials, DeviceProtocol, NoticeReading, UplinkMessage } from './device-protocol.ts'

/** Reference 001, 上报升级进度信息: error codes in place of a percentage. */
const failureSteps: Readonly<Record<FaultKind, string>> = {
  upgrade: '-1',
  download: '-2',
  verification: '-3',
  burning: '-4',
}

/** LinkSDK's own constant: its devices have no clock at login (device-protocols.md 2.6, captured CONNECT). */
const LOGIN_TIMESTAMP = '2524608000000'

/** Reference 001: desc has at most 128 characters. */
const DESC_MAX = 128

/** LinkSDK's buffers for host and path of a download URL (device-protocols.md 2.2). */
const URL_PART_MAX = 255

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-fA-F]{${length}}$`))
const common = {
  version: z.string().min(1),
  size: z.number().int().positive(),
  url: z.url({ protocol: /^http$/ }).refine((text) => {
    const url = new URL(text)
    return url.host.length <= URL_PART_MAX && url.pathname.length + url.search.length <= URL_PART_MAX
  }, `host and path at most ${URL_PART_MAX} characters`),
  // A module named default is not sent (reference 001, field 8).
  module: z.string().default('default'),
  // With any dProtocol LinkSDK takes the notice for one over MQTT (device-protocols.md 2.2).
  dProtocol: z.never('dProtocol is not for a download over HTTP').optional(),
}
/** LinkSDK knows these spellings of signMethod and drops a notice with any other, `MD5` too (device-protocols.md 2.2). */
const NoticeData = z.discriminatedUnion('signMethod', [
  z.object({ ...common, signMethod: z.literal('Md5'), sign: hex(32), md5: hex(32) }),
  z.object({ ...common, signMethod: z.literal(['SHA256', 'Sha256']), sign: hex(64) }),
])
const NoticeMessage = z.object({ data: NoticeData })

const utf8 = new TextDecoder('utf-8', { fatal: true })

const parse = (text: string): unknown => {
  // LinkSDK's hand-written parser drops JSON with blanks between its tokens (device-protocols.md, rule 1).
  if (/\s/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) throw new SyntaxError('blanks between JSON tokens')
  return JSON.parse(text)
}

const readNotice = (payload: Uint8Array): NoticeReading => {
  let json: unknown
  try {
    json = parse(utf8.decode(payload))
  } catch (error) {
    return { ok: false, refused: error instanceof Error ? error.message : String(error) }
  }
  const message = NoticeMessage.safeParse(json)
  if (!message.success) {
    const [issue] = message.error.issues
    return { ok: false, refused: `${issue?.path.join('.')}: ${issue?.message}` }
  }
  const { module, version, url, size, sign, signMethod } = message.data.data
  const algorithm = signMethod === 'Md5' ? 'md5' : 'sha256'
  return { ok: true, notice: { module, version, url, size, algorithm, digest: sign.toLowerCase() } }
}

const uplink = (
  device: DeviceCredentials,
  purpose: 'inform' | 'progress',
  messageId: number,
  params: Readonly<Record<string, string>>,
  module: string,
): UplinkMessage => ({
  topic: `/ota/device/${purpose}/${device.productKey}/${device.name}`,
  // device-protocols.md 2.1: id is a numeric string; module may be left out for default.
  payload: JSON.stringify({
    id: String(messageId),
    params: { ...params, ...(module === 'default' ? {} : { module }) },
  }),
})

/** The device's side of SagooIOT's protocol (reference 001, device-protocols.md 2), as Alibaba-format clients speak it. */
export const sagoo: DeviceProtocol = {
  login: (device, form) => {
    const id = `${device.productKey}.${device.name}`
    const username = `${device.name}&${device.productKey}`
    if (form === 'plain') return { clientId: id, username, password: device.secret }
    // device-protocols.md 2.6: name and value of clientId, deviceName, productKey, timestamp, sorted by name.
    const content = `clientId${id}deviceName${device.name}productKey${device.productKey}timestamp${LOGIN_TIMESTAMP}`
    return {
      // LinkSDK's clientId without `_ss=1`: these devices subscribe themselves.
      clientId: `${id}|timestamp=${LOGIN_TIMESTAMP},_v=sdk-c-4.1.0,securemode=3,signmethod=hmacsha256,ext=3,_conn=tcp_0|`,
      username,
      password: createHmac('sha256', device.secret).update(content).digest('hex').toUpperCase(),
    }
  },
  noticeTopic: (device) => `/ota/device/upgrade/${device.productKey}/${device.name}`,
  versionReport: (device, messageId, module, version) => uplink(device, 'inform', messageId, { version }, module),
  progress: (device, messageId, module, percent) =>
    uplink(device, 'progress', messageId, { step: String(percent), desc: '' }, module),
  failure: (device, messageId, module, kind, words) => {
    const desc = [...words].slice(0, DESC_MAX).join('')
    return uplink(device, 'progress', messageId, { step: failureSteps[kind], desc }, module)
  },
  readNotice,
}
