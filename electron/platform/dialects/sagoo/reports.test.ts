import { describe, expect, test } from 'vitest'
import { sagooMqtt } from './mqtt.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const informTopic = '/ota/device/inform/a1pk/dev1'
const progressTopic = '/ota/device/progress/a1pk/dev1'
const getTopic = '/sys/a1pk/dev1/thing/ota/firmware/get'
const requestTopic = '/ota/device/request/a1pk/dev1'
const read = (topic: string, text: string) => sagooMqtt.read(device, topic, Buffer.from(text))
const progress = (params: string) => read(progressTopic, `{"id":"1","params":${params}}`)

describe('a version report', () => {
  test('is read as the document prints it (docs/protocols/sagoo.md §3.1, docs/protocols/sagoo.md §6.1)', () => {
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
    ['without a module', '{"id":"1","params":{"version":"app-1.0.1-20180101.1000"}}', 'app-1.0.1-20180101.1000'],
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
    ['{"params":{"version":true}}', /^params\.version: /],
    ['{"params":{"version":" "}}', /^params\.version: /],
    [`{"params":{"version":"${'1'.repeat(101)}"}}`, /^params\.version: /],
    ['{"params":{"version":"1\\u0000"}}', /^params\.version: .*control characters/],
    ['{"params":{"version":"1","module":"a/b"}}', /^params\.module: no module name/],
    ['[]', /^message: /],
    ['hello', /^not JSON$/],
  ])('%s is refused in words', (text, reason) => {
    const reading = read(informTopic, text)
    expect(reading.ok ? '' : reading.refused).toMatch(reason)
  })

  test('of iotkit-embedded that its makers never filled in means nothing, and that text alone', () => {
    const unfilled = '{"id":0,"params":{"version":"app-1.0.0-20180101.1000"}}'
    expect(read(informTopic, unfilled)).toMatchObject({ ok: true, uplink: { kind: 'meaningless' } })
    expect(read(informTopic, unfilled.replace('20180101', '20180102'))).toMatchObject({ uplink: { kind: 'version' } })
  })
})

describe('a progress report', () => {
  test('is read as the document prints it (docs/protocols/sagoo.md §3.1, docs/protocols/sagoo.md §6.1)', () => {
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
        text: 'OTA升级失败，请求不到升级包信息。',
      },
    })
  })

  test('is read in the newer shape with the batch id and a number as step', () => {
    expect(read(progressTopic, '{"id":"1","params":{"strategy":3,"step":1,"desc":"","module":"MCU"}}')).toEqual({
      ok: true,
      uplink: { kind: 'progress', module: 'MCU', percent: 1, text: undefined, campaignTag: 3 },
    })
  })

  test.each([
    ['"25"', 25],
    ['25', 25],
    ['0', undefined],
    ['-1', undefined],
    ['""', undefined],
    ['null', undefined],
    ['"first"', undefined],
    ['2.5', undefined],
    ['{}', undefined],
  ])('with %s as strategy is about campaign %s', (strategy, id) => {
    expect(progress(`{"step":1,"strategy":${strategy}}`)).toMatchObject({ ok: true, uplink: { campaignTag: id } })
    expect(progress(`{"step":-1,"strategy":${strategy}}`)).toMatchObject({ ok: true, uplink: { campaignTag: id } })
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
      uplink: { kind: 'progress', module: undefined, percent, text: undefined },
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
      uplink: { kind: 'failure', module: undefined, reason, text: 'why' },
    })
  })

  test('keeps a description whole however long it is', () => {
    const text = '长'.repeat(4000)
    expect(progress(JSON.stringify({ step: 5, desc: text }))).toMatchObject({ ok: true, uplink: { text } })
  })

  test('does not lose its step to a description of another kind', () => {
    expect(progress('{"step":5,"desc":{"code":7}}')).toMatchObject({ ok: true, uplink: { percent: 5 } })
    expect(progress('{"step":5,"desc":7}')).toMatchObject({ ok: true, uplink: { text: '7' } })
    expect(progress('{"step":5,"desc":null,"module":null}')).toMatchObject({ ok: true, uplink: { module: undefined } })
  })

  test.each(['101', '"1000"', '"half"', '""', 'null', 'true', '1e999', '"1e2"'])('with step %s is refused', (step) => {
    const reading = progress(`{"step":${step}}`)
    expect(reading.ok ? '' : reading.refused).toMatch(/^params\.step: /)
  })
})

describe('a question for an upgrade', () => {
  const query = {
    kind: 'query',
    module: undefined,
    version: undefined,
    messageId: '123',
    replyTopic: `${getTopic}_reply`,
  } as const

  test('is read as Alibaba documents it and as LinkSDK sends it, with the id as it came', () => {
    expect(
      read(getTopic, '{"id":"123","version":"1.0","params":{"module":"MCU"},"method":"thing.ota.firmware.get"}'),
    ).toEqual({
      ok: true,
      uplink: { ...query, module: 'MCU' },
    })
    expect(read(getTopic, '{"id":2, "params":{}}')).toEqual({
      ok: true,
      uplink: { ...query, messageId: 2 },
    })
  })

  test('is read in the older form of iotkit-embedded 3.x too, to be answered where it was put', () => {
    expect(read(requestTopic, '{"id":3,"params":{"version":"1.0.0"}}')).toEqual({
      ok: true,
      uplink: { ...query, messageId: 3, replyTopic: requestTopic, runs: '1.0.0' },
    })
  })

  test('is not taken for one when it is our own answer, come back from a broker that is not ours', () => {
    expect(read(requestTopic, '{"id":3,"code":200,"data":{}}')).toMatchObject({ uplink: { kind: 'meaningless' } })
  })
})
