import { describe, expect, test } from 'vitest'
import { compactOf, printedMessages } from '../../../test/helpers/documents.ts'
import type { UpgradeOffer } from './dialect.ts'
import { iotEngineMqtt } from './iot-engine/mqtt.ts'
import { sagooMqtt } from './sagoo/mqtt.ts'
import { thingspanelMqtt } from './thingspanel/mqtt.ts'

/** Notices of a delta: the documented notice plus the members that describe the delta. */

const device = { productKey: 'pk', deviceName: 'dev1', accessToken: 'tok-1' }
const md5 = '93230c3bde425a9d7984a594ac55ea1e'
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

const full: UpgradeOffer = {
  messageId: 1626969597470,
  module: 'default',
  version: '2.0.0',
  files: [
    { name: 'app-from-1.0.hpi', size: 31_000, url: 'http://192.168.1.10:8070/ota/t/app-from-1.0.hpi', md5, sha256 },
  ],
  delivery: 'url',
  streamId: 7,
  campaignTag: 3,
  policy: 'standard',
  signMethod: 'MD5',
  tags: { key1: 'value1' },
  customInfo: null,
}
const offer: UpgradeOffer = {
  ...full,
  diff: {
    format: 'hpatch-lite',
    fromVersion: '1.0',
    full: { size: 320_000, md5: 'd41d8cd98f00b204e9800998ecf8427e', sha256: sha256.replace('9f', '00') },
  },
}
const about =
  '"_diff_format":"hpatch-lite","_diff_from":"1.0","_full_size":320000,' +
  '"_full_md5":"d41d8cd98f00b204e9800998ecf8427e","_full_sha256":"0086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'

describe('a differential notice', () => {
  test('of sagooMqtt has isDiff where Alibaba prints it, size and digests of the patch, and of the image in extData', () => {
    expect(sagooMqtt.notice(device, offer, 'topic').payload).toBe(
      '{"code":"200","data":{"size":31000,"version":"2.0.0","isDiff":1,"url":"http://192.168.1.10:8070/ota/t/app-from-1.0.hpi",' +
        `"md5":"${md5}","sign":"${md5}","signMethod":"Md5","extData":{"key1":"value1",${about},"strategy":3}},` +
        '"id":1626969597470,"message":"success"}',
    )
  })

  test('of sagooMqtt over MQTT has the same beside its stream, and the answer to a question as well', () => {
    const { payload } = sagooMqtt.notice(device, { ...offer, delivery: 'mqtt' }, 'topic')
    expect(String(payload)).toContain('"version":"2.0.0","isDiff":1,"dProtocol":"mqtt","streamId":7,"streamFileId":1,')
    const query = { kind: 'query', module: 'default', version: undefined, messageId: 1, replyTopic: 'r' } as const
    expect(JSON.parse(String(sagooMqtt.answer(device, query, offer).payload)).data).toMatchObject({
      isDiff: 1,
      size: 31_000,
    })
  })

  test('of thingspanelMqtt has it in extData, the one place where its members may be added to', () => {
    expect(thingspanelMqtt.notice(device, offer, 'topic').payload).toBe(
      '{"id":"769597470","code":200,"params":{"version":"2.0.0","size":31000,' +
        '"url":"http://192.168.1.10:8070/ota/t/app-from-1.0.hpi","signMethod":"Md5",' +
        `"sign":"${md5}","extData":{"key1":"value1",${about}}}}`,
    )
  })

  test('of the iot-engine has it behind all members of docs/protocols/iot-engine.md §5.2', () => {
    const { text } = printedMessages('004')('upgrade')
    const printed = Object.keys(JSON.parse(compactOf(text)).data)
    const { data } = JSON.parse(String(iotEngineMqtt.notice?.(device, offer, 'topic').payload))
    expect(Object.keys(data)).toEqual([...printed, 'isDiff', 'extData'])
    expect(JSON.stringify(data.extData)).toBe(`{${about}}`)
    expect(data).toMatchObject({ size: 31_000, sign: md5, isDiff: 1 })
  })

  test.each(['sagoo', 'thingspanel', 'iot-engine'])('is the only one of %s that says so', (protocol) => {
    const dialect = { sagooMqtt, thingspanelMqtt, 'iot-engine': iotEngineMqtt }[protocol]
    expect(String(dialect?.notice?.(device, full, 'topic').payload)).not.toMatch(/isDiff|_diff|_full/)
  })
})
