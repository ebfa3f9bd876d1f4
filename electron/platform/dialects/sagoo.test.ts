import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Connect, UpgradeOffer } from './dialect.ts'
import { sagoo } from './sagoo.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const informTopic = '/ota/device/inform/a1pk/dev1'
const progressTopic = '/ota/device/progress/a1pk/dev1'
const getTopic = '/sys/a1pk/dev1/thing/ota/firmware/get'
const [topic] = sagoo.noticeTopics(device)

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
  strategy: 3,
  policy: 'standard',
  signMethod: 'MD5',
  tags: { key1: 'value1', key2: 'value2' },
  customInfo: { ota_notice: '升级底层摄像头驱动，解决视频图像模糊的问题。' },
}
const [file] = offer.files
const read = (topic: string, text: string) => sagoo.read(device, topic, Buffer.from(text))
const progress = (params: string) => read(progressTopic, `{"id":"1","params":${params}}`)

describe('a sagoo login', () => {
  /** The CONNECT of LinkSDK 4.1, captured (device-protocols.md 2.6). */
  const captured: Connect = {
    clientId:
      'a1pk.dev1|timestamp=2524608000000,_ss=1,_v=sdk-c-4.1.0,securemode=3,signmethod=hmacsha256,ext=3,_conn=tcp_0|',
    username: 'dev1&a1pk',
    password: '45196A61118B036F75C1F42AB500A137DC07A6DFEB886B07D17A25EF6D2C39B9',
  }

  test('of LinkSDK 4.1, as captured, names its device and proves its secret', () => {
    const claim = sagoo.claim(captured)
    expect(claim?.who).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(claim?.proves('0123456789abcdef')).toBe('signed')
    expect(claim?.proves('0123456789abcdee')).toBeUndefined()
  })

  test('may write its signature in lower case', () => {
    const claim = sagoo.claim({ ...captured, password: captured.password.toLowerCase() })
    expect(claim?.proves('0123456789abcdef')).toBe('signed')
  })

  test.each([
    ['hmacmd5', 'md5'],
    ['hmacsha1', 'sha1'],
    ['hmacsha256', 'sha256'],
  ])('may be signed by %s, parameters in any order, without a timestamp', (signmethod, algorithm) => {
    const password = createHmac(algorithm, 's3cret').update('clientIdx9deviceNamedev1productKeya1pk').digest('hex')
    const claim = sagoo.claim({
      clientId: `x9|signmethod=${signmethod},securemode=3|`,
      username: 'dev1&a1pk',
      password,
    })
    expect(claim?.proves('s3cret')).toBe('signed')
    expect(claim?.proves('S3cret')).toBeUndefined()
  })

  test('does not prove a secret by a signature over another timestamp, method or name', () => {
    const spoiled = [
      { ...captured, clientId: captured.clientId.replace('2524608000000', '2524608000001') },
      { ...captured, clientId: captured.clientId.replace('hmacsha256', 'hmacsha1') },
      { ...captured, clientId: captured.clientId.replace('hmacsha256', 'constructor') },
      { ...captured, clientId: captured.clientId.replace(',signmethod=hmacsha256', '') },
      { ...captured, username: 'dev2&a1pk' },
    ]
    for (const connect of spoiled) expect(sagoo.claim(connect)?.proves('0123456789abcdef')).toBeUndefined()
  })

  test('may carry the secret itself, under any client id', () => {
    const claim = sagoo.claim({ clientId: '', username: 'dev1&a1pk', password: 's3cret' })
    expect(claim?.proves('s3cret')).toBe('plain')
    expect(claim?.proves('S3CRET')).toBeUndefined()
    expect(sagoo.claim({ clientId: '', username: 'dev1&a1pk', password: '' })?.proves('')).toBeUndefined()
  })

  test.each(['', 'dev1', 'dev1&', '&a1pk', 'dev1&a1pk&x', 'dev/1&a1pk', 'dev1&a1+pk'])(
    'with user name %j is not of this dialect',
    (username) => {
      expect(sagoo.claim({ clientId: 'c', username, password: 'p' })).toBeUndefined()
    },
  )

  test('asks to be subscribed by the platform with _ss=1 only', () => {
    expect(sagoo.listensAtOnce(captured)).toBe(true)
    expect(sagoo.listensAtOnce({ ...captured, clientId: 'a1pk.dev1|_ss=0|' })).toBe(false)
    expect(sagoo.listensAtOnce({ ...captured, clientId: 'a1pk.dev1' })).toBe(false)
  })

  test('never throws, whatever it holds', () => {
    const Text = fc.string({ unit: 'binary', maxLength: 60 })
    const clientId = fc.oneof(
      Text,
      Text.map((text) => `id|signmethod=${text},timestamp=${text}|`),
    )
    const username = fc.oneof(Text, fc.constant('dev1&a1pk'))
    fc.assert(
      fc.property(clientId, username, Text, Text, (id, name, password, secret) => {
        const connect = { clientId: id, username: name, password }
        sagoo.claim(connect)?.proves(secret)
        sagoo.listensAtOnce(connect)
      }),
    )
  })
})

describe('a version report', () => {
  test('is read as reference 001 prints it', () => {
    const printed = `{
  "id": "123",
  "params": {
    "version": "1.0.1",
    "module": "MCU"
  }
}`
    expect(read(informTopic, printed)).toEqual({
      ok: true,
      uplink: { kind: 'version', module: 'MCU', version: '1.0.1' },
    })
  })

  test.each([
    ['without a module', '{"id":"1","params":{"version":"app-1.0.0-20180101.1000"}}', 'app-1.0.0-20180101.1000'],
    ['with an empty module', '{"id":"1","params":{"version":"1.0","module":""}}', '1.0'],
    ['with a number as id', '{"id":1626969597470,"params":{"version":"1.0"}}', '1.0'],
    ['without id, with a stray comma', '{"params":{"version":"1.0",}}', '1.0'],
    ['with members of its own', '{"version":"x","method":"m","params":{"version":"1.0","extra":{}}}', '1.0'],
  ])('%s is about the default module', (_how, text, version) => {
    expect(read(informTopic, text)).toEqual({ ok: true, uplink: { kind: 'version', module: 'default', version } })
  })

  test.each([
    ['{"id":"1"}', /^params: /],
    ['{"id":"1","params":{}}', /^params\.version: /],
    ['{"params":{"version":1.1}}', /^params\.version: /],
    ['{"params":{"version":" "}}', /^params\.version: /],
    [`{"params":{"version":"${'1'.repeat(101)}"}}`, /^params\.version: /],
    ['{"params":{"version":"1\\u0000"}}', /^params\.version: control characters/],
    ['{"params":{"version":"1","module":"a/b"}}', /^params\.module: no module name/],
    ['[]', /^message: /],
    ['hello', /^not JSON$/],
  ])('%s is refused in words', (text, words) => {
    const reading = read(informTopic, text)
    expect(reading.ok ? '' : reading.refused).toMatch(words)
  })
})

describe('a progress report', () => {
  test('is read as reference 001 prints it', () => {
    const printed = `{
    "id": "123",
    "params": {
        "step": "-1",
        "desc": "OTA升级失败，请求不到升级包信息。",
        "module": "MCU"
    }
}`
    expect(read(progressTopic, printed)).toEqual({
      ok: true,
      uplink: {
        kind: 'failure',
        module: 'MCU',
        reason: 'UPGRADE_FAILED',
        words: 'OTA升级失败，请求不到升级包信息。',
      },
    })
  })

  test('is read in the newer shape with the batch id and a number as step', () => {
    expect(read(progressTopic, '{"id":"1","params":{"strategy":3,"step":1,"desc":"","module":"MCU"}}')).toEqual({
      ok: true,
      uplink: { kind: 'progress', module: 'MCU', percent: 1, words: undefined },
    })
  })

  test.each([
    ['"0"', 0],
    ['"1"', 1],
    ['"99.9"', 99],
    [' 50 ', 50],
    ['" 50 "', 50],
    ['12.7', 12],
    ['-0.5', 0],
    ['"100"', 100],
  ])('with step %s is %d percent', (step, percent) => {
    expect(progress(`{"step":${step}}`)).toEqual({
      ok: true,
      uplink: { kind: 'progress', module: undefined, percent, words: undefined },
    })
  })

  test.each([
    ['-1', 'UPGRADE_FAILED'],
    ['"-2"', 'DOWNLOAD_FAILED'],
    ['-3', 'VERIFICATION_FAILED'],
    ['"-4"', 'BURNING_FAILED'],
    ['-5', 'UPGRADE_FAILED'],
    ['"-999999"', 'UPGRADE_FAILED'],
  ])('with step %s is the failure %s', (step, reason) => {
    expect(progress(`{"step":${step},"desc":"why"}`)).toEqual({
      ok: true,
      uplink: { kind: 'failure', module: undefined, reason, words: 'why' },
    })
  })

  test('keeps a description whole however long it is', () => {
    const words = '长'.repeat(4000)
    expect(progress(JSON.stringify({ step: 5, desc: words }))).toMatchObject({ ok: true, uplink: { words } })
  })

  test('does not lose its step to a description of another kind', () => {
    expect(progress('{"step":5,"desc":{"code":7}}')).toMatchObject({ ok: true, uplink: { percent: 5 } })
    expect(progress('{"step":5,"desc":7}')).toMatchObject({ ok: true, uplink: { words: '7' } })
    expect(progress('{"step":5,"desc":null,"module":null}')).toMatchObject({ ok: true, uplink: { module: undefined } })
  })

  test.each(['101', '"1000"', '"half"', '""', 'null', 'true', '1e999', '"1e2"'])('with step %s is refused', (step) => {
    const reading = progress(`{"step":${step}}`)
    expect(reading.ok ? '' : reading.refused).toMatch(/^params\.step: /)
  })
})

describe('an upgrade notice', () => {
  test('has the members of reference 001 in their order, compact, byte for byte', () => {
    expect(sagoo.notice(device, offer, topic)).toEqual({
      topic: '/ota/device/upgrade/a1pk/dev1',
      payload:
        '{"code":"200","data":{"size":432945,"version":"2.0.0",' +
        '"url":"http://192.168.1.10:8070/d/token?Expires=1502955804&Signature=XfgJu7P6DW%3D",' +
        '"md5":"93230c3bde425a9d7984a594ac55ea1e","sign":"93230c3bde425a9d7984a594ac55ea1e","signMethod":"Md5","module":"MCU",' +
        '"extData":{"key1":"value1","key2":"value2",' +
        '"_package_udi":"{\\"ota_notice\\":\\"升级底层摄像头驱动，解决视频图像模糊的问题。\\"}"}},' +
        '"id":1626969597470,"message":"success"}',
    })
    expect(sagoo.notice(device, offer, topic).topic).toBe(topic)
  })

  test('signed by SHA-256, of the default module and with nothing to add names no module, and md5 all the same', () => {
    const { payload } = sagoo.notice(
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
        `"md5":"${file.md5}","sign":"${file.sha256}","signMethod":"SHA256","extData":{}},` +
        '"id":1626969597470,"message":"success"}',
    )
  })
})

describe('a question for an upgrade', () => {
  const ask = {
    kind: 'ask',
    module: undefined,
    version: undefined,
    messageId: '123',
    replyTopic: `${getTopic}_reply`,
  } as const
  const read = (text: string) => sagoo.read(device, getTopic, Buffer.from(text))

  test('is read as Alibaba documents it and as LinkSDK sends it, with the id as it came', () => {
    expect(read('{"id":"123","version":"1.0","params":{"module":"MCU"},"method":"thing.ota.firmware.get"}')).toEqual({
      ok: true,
      uplink: { ...ask, module: 'MCU' },
    })
    expect(read('{"id":2, "params":{}}')).toEqual({
      ok: true,
      uplink: { ...ask, messageId: 2 },
    })
  })

  test('is answered with the members of the notice, or with empty data', () => {
    const { data } = JSON.parse(String(sagoo.notice(device, offer, topic).payload))
    const answer = sagoo.answer(device, ask, offer)
    expect(answer.topic).toBe(`${getTopic}_reply`)
    expect(answer.payload).toBe(JSON.stringify({ id: '123', code: 200, data }))
    expect(sagoo.answer(device, { ...ask, messageId: 2 }, undefined).payload).toBe('{"id":2,"code":200,"data":{}}')
  })
})

describe('the topics of a sagoo device', () => {
  test('are two to report on, one to ask on, and one each to be told and answered on', () => {
    expect(sagoo.topics(device)).toEqual({
      publish: [informTopic, progressTopic, getTopic],
      subscribe: ['/ota/device/upgrade/a1pk/dev1', `${getTopic}_reply`],
    })
  })

  test('lie in a namespace of its own key and name', () => {
    expect(sagoo.owns(device, '/sys/a1pk/dev1/thing/event/property/post')).toBe(true)
    expect(sagoo.owns(device, '/ota/device/request/a1pk/dev1')).toBe(true)
    expect(sagoo.owns(device, '/sys/a1pk/dev10/thing/event/property/post')).toBe(false)
    expect(sagoo.owns(device, '/sys/a1pk/thing')).toBe(false)
    expect(sagoo.owns(device, '/ota/device/inform/other/dev1')).toBe(false)
  })

  test('name their sender', () => {
    expect(sagoo.senderOf(informTopic)).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(sagoo.senderOf(progressTopic)).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(sagoo.senderOf(getTopic)).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(sagoo.senderOf('/sys/a1pk/dev1')).toBeUndefined()
    expect(sagoo.senderOf('/ota/device/upgrade/a1pk/dev1')).toBeUndefined()
    expect(sagoo.senderOf('/ota/device/inform/a1pk/dev1/x')).toBeUndefined()
    expect(sagoo.senderOf('/ota/device/inform/a1 pk/dev1')).toBeUndefined()
  })

  test('are read without ever throwing, whatever the bytes', () => {
    const Bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({ params: fc.dictionary(fc.constantFrom('step', 'version', 'module', 'desc'), fc.jsonValue()) })
        .map((v) => Buffer.from(JSON.stringify(v))),
    )
    fc.assert(
      fc.property(fc.constantFrom(informTopic, progressTopic, getTopic, 'elsewhere'), Bytes, (topic, bytes) => {
        const reading = sagoo.read(device, topic, bytes)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
