import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectCompact } from '../../../../test/helpers/compact.ts'
import type { UpgradeOffer } from '../dialect.ts'
import { sagooMqtt } from './mqtt.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const getTopic = '/sys/a1pk/dev1/thing/ota/firmware/get'
const [topic] = sagooMqtt.noticeTopics(device)

const offer: UpgradeOffer = {
  messageId: 1626969597470,
  module: 'MCU',
  version: '2.0.0',
  files: [
    {
      name: 'app.bin',
      size: 432945,
      url: 'http://192.168.1.10:8070/d/token?Expires=1502955804&Signature=XfgJu7P6DW%3D',
      md5: '93230c3bde425a9d7984a594ac55ea1e',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  ],
  delivery: 'url',
  streamId: 7,
  campaignTag: 3,
  policy: 'standard',
  signMethod: 'MD5',
  tags: { key1: 'value1', key2: 'value2' },
  customInfo: { ota_notice: '升级底层摄像头驱动，解决视频图像模糊的问题。' },
}
const [file] = offer.files

describe('an upgrade notice', () => {
  test('has Alibaba’s code for clients that log in by its form, and the document’s for all others', () => {
    const codeTo = (clientId: string) =>
      JSON.parse(String(sagooMqtt.notice(device, offer, topic, { clientId, username: '', password: '' }).payload)).code
    expect(codeTo('a1pk.dev1|securemode=3,signmethod=hmacsha256|')).toBe('1000')
    expect(codeTo('dev1')).toBe('200')
    expect(codeTo('dev1|signed|')).toBe('200')
  })

  test('has the members of docs/protocols/sagoo.md §4.2 in their order, compact, byte for byte', () => {
    expect(sagooMqtt.notice(device, offer, topic)).toEqual({
      topic: '/ota/device/upgrade/a1pk/dev1',
      payload:
        '{"code":"200","data":{"size":432945,"version":"2.0.0",' +
        '"url":"http://192.168.1.10:8070/d/token?Expires=1502955804&Signature=XfgJu7P6DW%3D",' +
        '"md5":"93230c3bde425a9d7984a594ac55ea1e","sign":"93230c3bde425a9d7984a594ac55ea1e","signMethod":"Md5","module":"MCU",' +
        '"extData":{"key1":"value1","key2":"value2",' +
        '"_package_udi":"{\\"ota_notice\\":\\"升级底层摄像头驱动，解决视频图像模糊的问题。\\"}","strategy":3}},' +
        '"id":1626969597470,"message":"success"}',
    })
    expect(sagooMqtt.notice(device, offer, topic).topic).toBe(topic)
  })

  test('signed by SHA-256, of the default module and with nothing to add names no module, and md5 all the same', () => {
    const { payload } = sagooMqtt.notice(
      device,
      {
        ...offer,
        module: 'default',
        signMethod: 'SHA256',
        tags: {},
        customInfo: null,
      },
      topic,
    )
    expect(payload).toBe(
      `{"code":"200","data":{"size":432945,"version":"2.0.0","url":"${file.url}",` +
        `"md5":"${file.md5}","sign":"${file.sha256}","signMethod":"SHA256","extData":{"strategy":3}},` +
        '"id":1626969597470,"message":"success"}',
    )
  })

  test('of a download over MQTT names a stream in the place of the address', () => {
    const { payload } = sagooMqtt.notice(device, { ...offer, delivery: 'mqtt', tags: {}, customInfo: null }, topic)
    expect(payload).toBe(
      '{"code":"200","data":{"size":432945,"version":"2.0.0","dProtocol":"mqtt","streamId":7,"streamFileId":1,' +
        `"md5":"${file.md5}","sign":"${file.md5}","signMethod":"Md5","module":"MCU","extData":{"strategy":3}},` +
        '"id":1626969597470,"message":"success"}',
    )
  })

  test('of several files has them last in its data, and nothing of a single one beside them', () => {
    const second = { name: 'fs.bin', size: 7, url: 'http://192.168.1.10/ota/t2/fs.bin', md5: 'ab', sha256: 'cd' }
    const { payload } = sagooMqtt.notice(
      device,
      { ...offer, files: [file, second], signMethod: 'SHA256', tags: {}, customInfo: null },
      topic,
    )
    expect(payload).toBe(
      '{"code":"200","data":{"version":"2.0.0","signMethod":"SHA256","module":"MCU","extData":{"strategy":3},"files":[' +
        `{"fileSize":432945,"fileName":"app.bin","fileUrl":"${file.url}","fileMd5":"${file.md5}","fileSign":"${file.sha256}"},` +
        '{"fileSize":7,"fileName":"fs.bin","fileUrl":"http://192.168.1.10/ota/t2/fs.bin","fileMd5":"ab","fileSign":"cd"}]},' +
        '"id":1626969597470,"message":"success"}',
    )
  })

  test('says MQTT in no notice of an address, as LinkSDK would then want a stream', () => {
    expect(sagooMqtt.notice(device, offer, topic).payload).not.toMatch(/dProtocol|stream/)
  })

  test('names its campaign even where a tag has taken that name', () => {
    const { payload } = sagooMqtt.notice(device, { ...offer, tags: { strategy: 'mine' } }, topic)
    expect(JSON.parse(String(payload)).data.extData.strategy).toBe(3)
  })

  test('is compact, whatever it says', () => {
    const Text = fc.string({ unit: 'grapheme', maxLength: 20 })
    const File = fc.record({ name: Text, size: fc.nat(), url: Text, md5: Text, sha256: Text })
    const Offer = fc.record({
      messageId: fc.nat(),
      module: Text,
      version: Text,
      files: fc.tuple(File, fc.array(File, { maxLength: 19 })).map(([one, more]) => [one, ...more] as const),
      delivery: fc.constantFrom('url', 'mqtt'),
      streamId: fc.nat(),
      campaignTag: fc.nat(),
      policy: fc.constant('standard' as const),
      signMethod: fc.constantFrom('MD5', 'SHA256'),
      tags: fc.dictionary(Text, Text, { noNullPrototype: true }),
      customInfo: fc.option(fc.dictionary(Text, fc.jsonValue(), { noNullPrototype: true })),
    })
    fc.assert(
      fc.property(Offer, (any) => {
        const { payload } = sagooMqtt.notice(device, any, topic)
        expectCompact(payload)
        const { data } = JSON.parse(String(payload))
        if (any.files.length > 1) expect(Object.keys(data).at(-1)).toBe('files')
        else expect(data.files).toBeUndefined()
      }),
    )
  })
})

describe('an answer to a question for an upgrade', () => {
  const query = {
    kind: 'query',
    module: undefined,
    version: undefined,
    messageId: '123',
    replyTopic: `${getTopic}_reply`,
  } as const

  test('is answered with the members of the notice, or with empty data', () => {
    const { data } = JSON.parse(String(sagooMqtt.notice(device, offer, topic).payload))
    const answer = sagooMqtt.answer(device, query, offer)
    expect(answer.topic).toBe(`${getTopic}_reply`)
    expect(answer.payload).toBe(JSON.stringify({ id: '123', code: 200, data }))
    expect(sagooMqtt.answer(device, { ...query, messageId: 2 }, undefined).payload).toBe(
      '{"id":2,"code":200,"data":{}}',
    )
  })

  test('in the older form is answered by a notice on its own topic, or by nothing that looks like one', () => {
    const old = { ...query, messageId: 3, replyTopic: '/ota/device/request/a1pk/dev1' }
    expect(sagooMqtt.answer(device, old, offer)).toEqual(sagooMqtt.notice(device, offer, old.replyTopic))
    expect(sagooMqtt.answer(device, old, undefined)).toEqual({
      topic: old.replyTopic,
      payload: '{"id":3,"code":200,"data":{}}',
    })
  })
})
