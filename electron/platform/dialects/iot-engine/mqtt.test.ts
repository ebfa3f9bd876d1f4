import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactOf, printedMessages } from '../../../../test/helpers/documents.ts'
import type { UpgradeOffer } from '../dialect.ts'
import { topicRights } from '../topic-names.ts'
import { iotEngineMqtt } from './mqtt.ts'

const device = { productKey: 'pk', deviceName: 'dev1', accessToken: 'token' }
const printed = printedMessages('004')
const topicOf = (purpose: string) => `/sys/pk/dev1/ota/firmware/${purpose}`

/** The example values of the vendor's document (docs/protocols/iot-engine.md §5). */
const offer: UpgradeOffer = {
  messageId: 123,
  module: 'default',
  version: '固件版本',
  files: [{ name: 'app.bin', size: 432945, url: '固件地址', md5: '固件签名', sha256: 'never told' }],
  delivery: 'url',
  streamId: 7,
  campaignTag: 3,
  policy: 'standard',
  signMethod: 'MD5',
  tags: { key1: 'value1' },
  customInfo: { note: 'not told' },
}
const read = (purpose: string, text: string) => iotEngineMqtt.read(device, topicOf(purpose), Buffer.from(text))
const progress = (data: string) => read('progress', `{"msgId":"2","version":"1.0","data":${data},"ts":1700000000000}`)

describe('a notice', () => {
  test.each(['standard', 'silent'] as const)(
    'of policy %s is what the document prints (docs/protocols/iot-engine.md §5.1), without its blanks, byte for byte',
    (policy) => {
      const { topic, text } = printed('upgrade')
      const notice = iotEngineMqtt.notice?.(device, { ...offer, policy }, topicOf('upgrade'))
      expect(notice?.topic).toBe(topic.replace('{productKey}', 'pk').replace('{identifier}', 'dev1'))
      expect(notice?.payload).toBe(compactOf(text.replace('" standard/ silent"', `"${policy}"`)))
    },
  )

  test('is waited for on one topic, and asked for with a SUBSCRIBE', () => {
    expect(iotEngineMqtt.noticeTopics(device)).toEqual([topicOf('upgrade')])
    expect(iotEngineMqtt.listensAtOnce({ clientId: 'x|_ss=1|', username: 'dev1&pk', password: '' })).toBe(false)
  })
})

describe('a version report', () => {
  const understood = { ok: true, uplink: { kind: 'version', module: 'default', version: '1.0.0' } }

  test.each(['version', 'inform', 'report'])('is taken on %s', (purpose) => {
    const text = '{"msgId":"1","version":"1.0","data":{"firmwareVersion":"1.0.0"},"ts":1700000000000}'
    expect(read(purpose, text)).toEqual(understood)
  })

  test.each([
    '{"msgId ":"1","version":"1.0","data ":{"firmwareVersion":"1.0.0"}}',
    '{" data" : { " firmwareVersion ":"1.0.0" } }',
    '{"data":{"firmwareVersion":"1.0.0"},"data ":{"firmwareVersion":"9"}}',
    '{"data ":{"firmwareVersion":"9"},"data":{"firmwareVersion":"1.0.0"}}',
    '{"msgId":1,"data":{"firmwareVersion":" 1.0.0 ",},}',
  ])('is taken with the stray blanks of the document: %s', (text) => {
    expect(read('version', text)).toEqual(understood)
  })

  test.each([
    ['{}', /^data: /],
    ['{"data":{}}', /^data\.firmwareVersion: /],
    ['{"data":{"firmwareVersion":""}}', /^data\.firmwareVersion: /],
    ['{"data":{"firmwareVersion":true}}', /^data\.firmwareVersion: /],
    ['[1]', /^message: /],
    ['\u0000', /^empty message$/],
  ])('%s is refused in words', (text, reason) => {
    const reading = read('version', text)
    expect(reading.ok ? '' : reading.refused).toMatch(reason)
  })
})

describe('an acknowledgement', () => {
  test('is the notice taken on', () => {
    expect(read('upgrade_reply', '{"msgId":"123","code":200}')).toEqual({ ok: true, uplink: { kind: 'acknowledged' } })
    expect(read('upgrade_reply', '{"msgId ":"123","code ":"200"}')).toEqual({
      ok: true,
      uplink: { kind: 'acknowledged' },
    })
  })

  test('with another code is the notice refused, in the words of the device', () => {
    expect(read('upgrade_reply', '{"msgId":"123","code":500,"message":"busy"}')).toEqual({
      ok: true,
      uplink: { kind: 'failure', module: 'default', reason: 'UPGRADE_FAILED', text: 'code 500: busy' },
    })
  })

  test('without a code is none', () => {
    expect(read('upgrade_reply', '{"msgId":"123"}')).toMatchObject({ ok: false })
  })
})

describe('a progress report', () => {
  const module = 'default'

  test.each([
    ['{"status":0,"progress":0}', { kind: 'progress', module, percent: 0 }],
    ['{"status":0,"progress":40}', { kind: 'progress', module, percent: 40 }],
    ['{"status":"0","progress":"40.9"}', { kind: 'progress', module, percent: 40 }],
    ['{"status":0,"progress":100}', { kind: 'progress', module, percent: 99 }],
    ['{"status":0,"progress":-7}', { kind: 'progress', module, percent: 0 }],
    ['{"status":0}', { kind: 'progress', module, percent: 0 }],
    ['{"status":0,"progress":"half"}', { kind: 'progress', module, percent: 0 }],
    ['{"status":1,"progress":100}', { kind: 'installing', module }],
    ['{"status":2,"progress":10}', { kind: 'installing', module }],
    ['{"status":3,"progress":100}', { kind: 'progress', module, percent: 100 }],
    ['{"status":-1}', { kind: 'failure', module, reason: 'UPGRADE_FAILED' }],
    ['{"status":-2}', { kind: 'failure', module, reason: 'DOWNLOAD_FAILED' }],
    ['{"status":"-3"}', { kind: 'failure', module, reason: 'VERIFICATION_FAILED' }],
    ['{"status ":-4,"desc":"flash"}', { kind: 'failure', module, reason: 'BURNING_FAILED', text: 'flash' }],
  ])('%s is understood', (data, uplink) => {
    expect(progress(data)).toEqual({ ok: true, uplink: { text: undefined, ...uplink } })
  })

  test.each(['{"status":4}', '{"status":-5}', '{"status":null}', '{"progress":5}', '7'])('%s is refused', (data) => {
    const reading = progress(data)
    expect(reading.ok ? '' : reading.refused).toMatch(/^data/)
  })
})

describe('a question for firmware', () => {
  const query = {
    kind: 'query',
    module: 'default',
    messageId: '3',
    version: '2.0',
    replyTopic: topicOf('get_reply'),
  } as const

  test('names the version wanted, and its id as it came', () => {
    expect(read('get', '{"msgId":"3","version":"1.0","data":{"firmwareVersion":"2.0"}}')).toEqual({
      ok: true,
      uplink: query,
    })
    expect(read('get', '{"msgId ":7,"data ":{"firmwareVersion ":""}}')).toEqual({
      ok: true,
      uplink: { ...query, messageId: 7, version: undefined },
    })
    expect(read('get', '{}')).toMatchObject({ uplink: { messageId: '0', version: undefined } })
    expect(read('get', `{"data":{"firmwareVersion":"${'9'.repeat(101)}"}}`)).toMatchObject({ ok: false })
  })

  test('asked at start by a request is for any version', () => {
    expect(read('request', '{"msgId":"4","data":{"firmwareVersion":"1.0"}}')).toMatchObject({
      uplink: { messageId: '4', version: undefined, replyTopic: topicOf('request_reply') },
    })
  })

  test('is answered as docs/protocols/iot-engine.md §7.3 prints it: without policy and size', () => {
    const { topic, text } = printed('get_reply')
    const answer = iotEngineMqtt.answer?.(device, { ...query, messageId: '123' }, offer)
    expect(answer?.topic).toBe(topic.replace('{productKey}', 'pk').replace('{identifier}', 'dev1'))
    expect(answer?.payload).toBe(compactOf(text))
  })

  test('for firmware that is not there is answered by 404 as docs/protocols/iot-engine.md §7.4 prints it', () => {
    const { text } = printed('get_reply without firmware')
    const answer = iotEngineMqtt.answer?.(device, { ...query, messageId: '123' }, undefined)
    expect(answer?.payload).toBe(compactOf(text.replace('{{firmwareVersion}}', '2.0')))
    const any = iotEngineMqtt.answer?.(device, { ...query, version: undefined }, undefined)
    expect(any?.payload).toBe('{"msgId":"3","code":404,"message":"FirmwareVersion not existed"}')
  })
})

describe('the topics of a device of the IoT engine', () => {
  test('are seven to speak on and three to hear on', () => {
    expect(iotEngineMqtt.topics(device)).toEqual({
      publish: ['version', 'inform', 'report', 'upgrade_reply', 'progress', 'get', 'request'].map(topicOf),
      subscribe: ['upgrade', 'get_reply', 'request_reply'].map(topicOf),
    })
  })

  test('lie in a namespace of its own key and name, and name their sender', () => {
    const rights = topicRights(iotEngineMqtt.names(device))
    const own = ['event/property/post', '#', 'service/+/invoke', 'ota/firmware/+'].map((what) => `/sys/pk/dev1/${what}`)
    expect(own.filter((filter) => !rights.owns(filter))).toEqual([])
    const others = [
      '/sys/pk/dev10/ota/firmware/progress',
      '/ota/device/inform/pk/dev1',
      '/sys/pk/+/ota/firmware/upgrade',
    ]
    expect(others.filter((filter) => rights.owns(filter))).toEqual([])
    expect(rights.tolerates('/sys/pk/child1/service/open/invoke_reply')).toBe(true)
    expect(rights.tolerates('/sys/pk/child1/ota/firmware/version')).toBe(false)
    expect(iotEngineMqtt.senderOf(topicOf('progress'))).toEqual({ productKey: 'pk', deviceName: 'dev1' })
    expect(iotEngineMqtt.senderOf(topicOf('upgrade'))).toBeUndefined()
    expect(iotEngineMqtt.senderOf('/sys/pk/dev1/thing/ota/firmware/get')).toBeUndefined()
    expect(iotEngineMqtt.senderOf('/sys/p k/dev1/ota/firmware/get')).toBeUndefined()
  })

  test('are read without ever throwing, whatever the bytes', () => {
    const member = fc.constantFrom(
      'msgId',
      'msgId ',
      'data',
      'data ',
      'code',
      'status',
      'progress',
      'firmwareVersion',
      '__proto__',
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .dictionary(member, fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.jsonValue())))
        .map((value) => Buffer.from(JSON.stringify(value))),
    )
    const topics = fc.constantFrom(...iotEngineMqtt.topics(device).publish, 'elsewhere')
    fc.assert(
      fc.property(topics, bytes, (topic, payload) => {
        const reading = iotEngineMqtt.read(device, topic, payload)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
