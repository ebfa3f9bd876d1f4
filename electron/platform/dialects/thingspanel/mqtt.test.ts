import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactOf, printedMessages } from '../../../../test/helpers/documents.ts'
import type { UpgradeOffer } from '../dialect.ts'
import { topicRights } from '../topic-names.ts'
import { thingspanelMqtt } from './mqtt.ts'

const device = { productKey: 'pk', deviceName: 'number7', accessToken: 'tok-1' }
const rights = topicRights(thingspanelMqtt.names(device))
const printed = printedMessages('003')
const informTopic = '/ota/device/inform/tok-1'
const progressTopic = '/ota/device/progress/tok-1'
const noticeTopic = '/ota/device/upgrade/tok-1'

const offer: UpgradeOffer = {
  messageId: 47_258_369,
  module: 'MCU',
  version: 'v1.1',
  files: [
    {
      name: 's121jg3245gg.zip',
      size: 432945,
      url: 'http://dev.thingspane.cn/files/ota/s121jg3245gg.zip',
      md5: 'a243fgh4b9v',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  ],
  delivery: 'url',
  streamId: 7,
  campaignTag: 3,
  policy: 'standard',
  signMethod: 'MD5',
  tags: { key1: 'value1', key2: 'value2' },
  customInfo: null,
}
const read = (topic: string, text: string) => thingspanelMqtt.read(device, topic, Buffer.from(text))
const notice = (change: Partial<UpgradeOffer> = {}, topic = noticeTopic) =>
  thingspanelMqtt.notice?.(device, { ...offer, ...change }, topic)
const progress = (text: string) => read(progressTopic, text)

describe('a ThingsPanel login', () => {
  const claim = (username: string, password: string) => thingspanelMqtt.claim({ clientId: 'any', username, password })

  test('with the access token alone is that token and proves no secret', () => {
    expect(claim('tok-1', '')).toMatchObject({ who: { accessToken: 'tok-1' }, tokenAlone: true })
    expect(claim('tok-1', '')?.proves('')).toBeUndefined()
    expect(claim('tok-1', '')?.proves('s3cret')).toBeUndefined()
  })

  test('with a secret is more than the token alone', () => {
    const both = claim('tok-1', 's3cret')
    expect(both?.tokenAlone).toBeUndefined()
    expect(both?.proves('s3cret')).toBe('signed')
    expect(both?.proves('S3cret')).toBeUndefined()
  })

  test.each(['', 'dev1&a1pk', 'a/b', 'a+b', '#', 'x'.repeat(65)])(
    'with user name %j is not of this dialect',
    (name) => {
      expect(claim(name, '')).toBeUndefined()
    },
  )
})

describe('a version report', () => {
  const asPrinted = { ok: true, uplink: { kind: 'version', module: 'default', version: 'v1.0.1' } }

  test('is read as docs/protocols/thingspanel.md §4.1 prints it', () => {
    const { topic, text } = printed('inform')
    expect(topic.replace(/\$\{\w+\}/, 'tok-1')).toBe(informTopic)
    expect(read(informTopic, text)).toEqual(asPrinted)
  })

  test.each(['/ota/device/inform/tok-1', 'ota/device/inform/tok-1', '/ota/device/inform', 'ota/device/inform'])(
    'is taken on %s',
    (topic) => {
      expect(read(topic, printed('inform').text)).toEqual(asPrinted)
    },
  )

  test("is read in the wrapping of ThingsPanel's own broker, when the token is the sender's", () => {
    const values = compactOf(printed('inform').text)
    expect(read('ota/device/inform', `{"token":"tok-1","values":${values}}`)).toEqual(asPrinted)
    expect(read('ota/device/inform', `{"device_id":"5f1b","values":${values}}`)).toEqual(asPrinted)
    expect(read('ota/device/inform', `{"token":"tok-2","values":${values}}`)).toEqual({
      ok: false,
      refused: 'the token of another device',
    })
  })

  test('is not what comes back of a notice of release 0.5.4.1, which goes out on the same topic', () => {
    expect(read('ota/device/inform/tok-1', String(notice()?.payload))).toMatchObject({
      ok: true,
      uplink: { kind: 'meaningless' },
    })
  })

  test.each([
    ['{"id":"1"}', /^version: /],
    ['{"params":{"version":true}}', /^version: /],
    ['{"params":{"version":"1","module":"a/b"}}', /^module: no module name/],
    ['[]', /^message: /],
    ['hello', /^not JSON$/],
    ['', /^empty message$/],
  ])('%s is refused in words', (text, reason) => {
    const reading = read(informTopic, text)
    expect(reading.ok ? '' : reading.refused).toMatch(reason)
  })
})

describe('a progress report', () => {
  const asPrinted = { ok: true, uplink: { kind: 'progress', module: 'MCU', percent: 100, text: '升级进度100%' } }

  test('is read as docs/protocols/thingspanel.md §6.1 prints it, bare', () => {
    const { topic, text } = printed('progress')
    expect(topic.replace(/\$\{\w+\}/, 'tok-1')).toBe(progressTopic)
    expect(progress(text)).toEqual(asPrinted)
  })

  test.each([
    '/ota/device/progress/tok-1',
    'ota/device/progress/tok-1',
    '/ota/device/progress',
    'ota/device/progress',
    '/ota/devices/progress',
    'ota/devices/progress',
  ])('is taken on %s', (topic) => {
    expect(read(topic, printed('progress').text)).toEqual(asPrinted)
  })

  test('is read in the wrappings of either release, and in that of a version report', () => {
    const bare = compactOf(printed('progress').text)
    expect(progress(`{"token":"tok-1","values":${bare}}`)).toEqual(asPrinted)
    expect(progress(`{"device_id":"5f1b","values":${bare}}`)).toEqual(asPrinted)
    expect(progress(`{"id":"1","params":${bare}}`)).toEqual(asPrinted)
  })

  test.each([
    ['1', 1],
    ['"1"', 1],
    ['99.99', 99],
    ['"99.99"', 99],
    ['100.9', 100],
    ['" 50 "', 50],
  ])('with step %s is %d percent: decimals are cut', (step, percent) => {
    expect(progress(`{"step":${step}}`)).toEqual({
      ok: true,
      uplink: { kind: 'progress', module: undefined, percent, text: undefined },
    })
  })

  test.each([
    ['-1', 'UPGRADE_FAILED'],
    ['"-2"', 'DOWNLOAD_FAILED'],
    ['-3', 'VERIFICATION_FAILED'],
    ['"-4"', 'BURNING_FAILED'],
  ])('with step %s is the failure %s', (step, reason) => {
    expect(progress(`{"step":${step},"desc":"why","module":""}`)).toEqual({
      ok: true,
      uplink: { kind: 'failure', module: undefined, reason, text: 'why' },
    })
  })

  test.each(['0', '"0"', '0.9', '-0.5', '101', '"1000"', '-5'])('with step %s means nothing', (step) => {
    expect(progress(`{"step":${step}}`)).toMatchObject({ ok: true, uplink: { kind: 'meaningless' } })
  })

  test.each(['null', 'true', '"half"', '""', '{}', '1e999'])('with step %s is refused', (step) => {
    const reading = progress(`{"step":${step}}`)
    expect(reading.ok ? '' : reading.refused).toMatch(/^step: /)
  })
})

describe('a notice', () => {
  test('is what the document prints (docs/protocols/thingspanel.md §8.1), byte for byte but for its blanks', () => {
    const { topic, text } = printed('upgrade')
    expect(notice()).toEqual({ topic: noticeTopic, payload: compactOf(text) })
    expect(topic.replace(/\$\{\w+\}/, 'tok-1')).toBe(noticeTopic)
  })

  test('names neither the default module nor tags that are not there, and SHA-256 by its name', () => {
    expect(notice({ module: 'default', tags: {}, signMethod: 'SHA256' })?.payload).toBe(
      '{"id":"147258369","code":200,"params":{"version":"v1.1","size":432945,' +
        '"url":"http://dev.thingspane.cn/files/ota/s121jg3245gg.zip","signMethod":"SHA256",' +
        '"sign":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","extData":{}}}',
    )
  })

  test("carries the package's own information as text", () => {
    const { params } = JSON.parse(String(notice({ customInfo: { note: '升级' } })?.payload))
    expect(params.extData).toEqual({ key1: 'value1', key2: 'value2', _package_udi: '{"note":"升级"}' })
  })

  test('has an id of nine digits at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (messageId) => {
        expect(JSON.parse(String(notice({ messageId })?.payload)).id).toMatch(/^\d{9}$/)
      }),
    )
  })

  test.each(thingspanelMqtt.noticeTopics(device))('goes out on %s when the device waits there', (topic) => {
    expect(notice({}, topic)?.topic).toBe(topic)
  })
})

describe('the topics of a ThingsPanel device', () => {
  test('it may wait on are those of the three families, with and without a slash, in both spellings', () => {
    expect(thingspanelMqtt.noticeTopics(device)).toEqual([
      '/ota/device/upgrade/tok-1',
      'ota/device/upgrade/tok-1',
      '/ota/device/inform/tok-1',
      'ota/device/inform/tok-1',
      '/ota/devices/infrom/number7',
      'ota/devices/infrom/number7',
      '/ota/devices/inform/number7',
      'ota/devices/inform/number7',
    ])
  })

  test.each([
    ['/ota/device/inform/tok-1', '/ota/device/upgrade/tok-1'],
    ['ota/device/progress/tok-1', 'ota/device/upgrade/tok-1'],
    ['ota/device/inform', 'ota/device/inform/tok-1'],
    ['/ota/device/progress', '/ota/device/inform/tok-1'],
    ['ota/devices/progress', 'ota/devices/infrom/number7'],
  ])('tell where it waits: who speaks on %s does so on %s', (spokenOn, waitsOn) => {
    expect(thingspanelMqtt.noticeTopicAfter?.(device, spokenOn)).toBe(waitsOn)
    expect(thingspanelMqtt.noticeTopics(device)).toContain(waitsOn)
  })

  test.each([
    'devices/telemetry',
    'devices/attributes/1712',
    'devices/event/1712',
    'devices/command/response/1712',
    'devices/telemetry/control/number7',
    'device/attributes',
    'gateway/telemetry',
    'v1/devices/me/telemetry',
    'ota/device/upgrade/tok-1',
    '/devices/telemetry',
    'devices/command/number7/+',
    'devices/attributes/set/number7/+',
    'devices/attributes/response/number7/+',
    'devices/event/response/number7/+',
    'devices/command/tok-1/#',
    'devices/attributes/+',
    'gateway/command/number7/+',
    'ota/devices/+/number7',
    'ota/device/+/tok-1',
    'number7/up',
  ])('include %s, which is its own', (filter) => {
    expect(rights.owns(filter)).toBe(true)
  })

  test.each([
    '/ota/device/inform/tok-2',
    'ota/device/progress/tok-10',
    'devices/telemetry/control/number8',
    'ota/devices/inform/number8',
    '/sys/pk/dev/thing/event/property/post',
    'ota/device/upgrade',
    'devices/command/number8/+',
    'devices/command/+/+',
    'devices/#',
    'ota/device/upgrade/+',
    'ota/#',
    '+/device/upgrade/tok-1',
    '#',
  ])("do not include %s, which reaches another's", (filter) => {
    expect(rights.owns(filter)).toBe(false)
  })

  test.each([
    'devices/attributes/set/response/1712',
    'devices/attributes/get/response/1712',
    'devices/event/response/1712',
    'gateway/attributes/set/response/1712',
    'gateway/telemetry/control/number8',
    'gateway/anything/at/all',
  ])('of its families, as %s, may be published to', (topic) => {
    expect(rights.tolerates(topic)).toBe(true)
  })

  test.each(['ota/device/progress/tok-2', '/ota/devices/inform/number8', 'elsewhere'])(
    'that upgrades or nobody uses, as %s, may not',
    (topic) => {
      expect(rights.tolerates(topic)).toBe(false)
    },
  )

  test('of a device whose name is a word of the vendor’s are no others for that', () => {
    const named = topicRights(thingspanelMqtt.names({ productKey: 'pk', deviceName: 'device', accessToken: 'ota' }))
    expect(named.owns('ota/device/upgrade/tok-2')).toBe(false)
    expect(named.owns('devices/device/number8')).toBe(false)
    expect(named.owns('devices/command/device/+')).toBe(true)
  })

  test('name their sender, where topic or wrapping has the token', () => {
    const wrapped = Buffer.from('{"token":"tok-1","values":{"step":1}}')
    const bare = Buffer.from('{"step":1}')
    expect(thingspanelMqtt.senderOf(informTopic, bare)).toEqual({ accessToken: 'tok-1' })
    expect(thingspanelMqtt.senderOf('ota/device/progress/tok-1')).toEqual({ accessToken: 'tok-1' })
    expect(thingspanelMqtt.senderOf('ota/device/progress', wrapped)).toEqual({ accessToken: 'tok-1' })
    expect(thingspanelMqtt.senderOf('ota/device/progress', bare)).toBeUndefined()
    expect(
      thingspanelMqtt.senderOf('ota/devices/progress', Buffer.from('{"device_id":"5f","values":{}}')),
    ).toBeUndefined()
    expect(thingspanelMqtt.senderOf('/ota/device/inform/pk/dev1', bare)).toBeUndefined()
    expect(thingspanelMqtt.senderOf('/ota/device/upgrade/tok-1', bare)).toBeUndefined()
  })

  test('are read without ever throwing, whatever the bytes', () => {
    const member = fc.constantFrom(
      'step',
      'version',
      'module',
      'desc',
      'params',
      'values',
      'token',
      'code',
      '__proto__',
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.dictionary(member, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    )
    const topics = fc.constantFrom(...thingspanelMqtt.topics(device).publish, 'elsewhere')
    fc.assert(
      fc.property(topics, bytes, (topic, payload) => {
        const reading = thingspanelMqtt.read(device, topic, payload)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
        thingspanelMqtt.senderOf(topic, payload)
      }),
      { numRuns: 500 },
    )
  })
})
