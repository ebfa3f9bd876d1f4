import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topicRights } from '../topic-names.ts'
import { sagooMqtt } from './mqtt.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const rights = topicRights(sagooMqtt.names(device))
const informTopic = '/ota/device/inform/a1pk/dev1'
const progressTopic = '/ota/device/progress/a1pk/dev1'
const getTopic = '/sys/a1pk/dev1/thing/ota/firmware/get'
const downloadTopic = '/sys/a1pk/dev1/thing/file/download'
const requestTopic = '/ota/device/request/a1pk/dev1'

describe('the topics of a sagooMqtt device', () => {
  test('are two to report on, three to ask on, and one to be told on beside those of the answers', () => {
    expect(sagooMqtt.topics(device)).toEqual({
      publish: [informTopic, progressTopic, requestTopic, getTopic, downloadTopic],
      subscribe: ['/ota/device/upgrade/a1pk/dev1', requestTopic, `${getTopic}_reply`, `${downloadTopic}_reply`],
    })
  })

  test('are asked for at an external broker by filters that hold each of them', () => {
    expect(sagooMqtt.uplinkFilters).toEqual([
      '/ota/device/inform/+/+',
      '/ota/device/progress/+/+',
      '/ota/device/request/+/+',
      '/sys/+/+/thing/ota/firmware/get',
      '/sys/+/+/thing/file/download',
    ])
  })

  test.each([
    '/sys/a1pk/dev1/thing/event/property/post',
    '/ota/device/request/a1pk/dev1',
    '/ota/device/+/a1pk/dev1',
    '/sys/a1pk/dev1/#',
    '/sys/a1pk/dev1/thing/service/+',
    '/sys/a1pk/dev1/rrpc/request/+',
    '/sys/a1pk/dev1/thing/event/+/post_reply',
    '/sys/childpk/dev1/child/child1/thing/service/+',
    '/ext/ntp/a1pk/dev1/response',
    '/shadow/get/a1pk/dev1',
    '/ext/rrpc/+//a1pk/dev1/user/get',
    '/a1pk/dev1/user/#',
    '/broadcast/a1pk/dev1',
  ])('include %s, which is its own', (filter) => {
    expect(rights.owns(filter)).toBe(true)
  })

  test.each([
    '/sys/a1pk/dev10/thing/event/property/post',
    '/sys/a1pk/thing',
    '/ota/device/inform/other/dev1',
    '/ota/device/upgrade/a1pk/+',
    '/ota/+/+/a1pk/dev1',
    '/sys/a1pk/+/thing/service/+',
    '/sys/+/dev1/#',
    '/sys/#',
    '#',
    '+/+',
  ])("do not include %s, which reaches another's", (filter) => {
    expect(rights.owns(filter)).toBe(false)
  })

  test.each([
    '/sys/childpk/child1/thing/event/property/post',
    '/sys/childpk/child1/thing/service/property/set_reply',
    '/sys/childpk/dev1/child/child1/thing/event/property/post',
    '/childpk/child1/user/update',
  ])('of a gateway’s children, as %s, may be published to', (topic) => {
    expect(rights.tolerates(topic)).toBe(true)
  })

  test.each([
    '/ota/device/inform/childpk/child1',
    '/sys/childpk/child1/thing/ota/firmware/get',
    '/sys/childpk/child1/thing/file/download',
    '/sys/a1pk/other/child/child1/thing/ota/firmware/get',
    '/elsewhere',
  ])('that upgrade another device, as %s, may not', (topic) => {
    expect(rights.tolerates(topic)).toBe(false)
  })

  test('of a product whose key is another device’s name are no others for that', () => {
    const named = topicRights(sagooMqtt.names({ productKey: 'dev1', deviceName: 'thing', accessToken: '' }))
    expect(named.owns('/sys/a1pk/dev1/thing/ota/firmware/get_reply')).toBe(false)
  })

  test('name their sender', () => {
    for (const topic of sagooMqtt.topics(device).publish)
      expect(sagooMqtt.senderOf(topic)).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(sagooMqtt.senderOf('/sys/a1pk/dev1')).toBeUndefined()
    expect(sagooMqtt.senderOf('/ota/device/upgrade/a1pk/dev1')).toBeUndefined()
    expect(sagooMqtt.senderOf('/ota/device/inform/a1pk/dev1/x')).toBeUndefined()
    expect(sagooMqtt.senderOf('/ota/device/inform/a1 pk/dev1')).toBeUndefined()
  })

  test('are read without ever throwing, whatever the bytes', () => {
    const Bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({
          params: fc.dictionary(
            fc.constantFrom('step', 'version', 'module', 'desc', 'strategy', 'fileInfo', 'fileBlock', 'fileToken'),
            fc.jsonValue(),
          ),
        })
        .map((v) => Buffer.from(JSON.stringify(v))),
    )
    fc.assert(
      fc.property(fc.constantFrom(...sagooMqtt.topics(device).publish, 'elsewhere'), Bytes, (topic, bytes) => {
        const reading = sagooMqtt.read(device, topic, bytes)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
