import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sagoo } from './sagoo.ts'

const device = { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' }
const informTopic = '/ota/device/inform/a1pk/dev1'
const progressTopic = '/ota/device/progress/a1pk/dev1'
const getTopic = '/sys/a1pk/dev1/thing/ota/firmware/get'
const downloadTopic = '/sys/a1pk/dev1/thing/file/download'
const requestTopic = '/ota/device/request/a1pk/dev1'

describe('the topics of a sagoo device', () => {
  test('are two to report on, three to ask on, and one to be told on beside those of the answers', () => {
    expect(sagoo.topics(device)).toEqual({
      publish: [informTopic, progressTopic, requestTopic, getTopic, downloadTopic],
      subscribe: ['/ota/device/upgrade/a1pk/dev1', requestTopic, `${getTopic}_reply`, `${downloadTopic}_reply`],
    })
  })

  test('are asked for at an external broker by filters that hold each of them', () => {
    expect(sagoo.uplinkFilters).toEqual([
      '/ota/device/inform/+/+',
      '/ota/device/progress/+/+',
      '/ota/device/request/+/+',
      '/sys/+/+/thing/ota/firmware/get',
      '/sys/+/+/thing/file/download',
    ])
  })

  test('lie in a namespace of its own key and name', () => {
    expect(sagoo.owns(device, '/sys/a1pk/dev1/thing/event/property/post')).toBe(true)
    expect(sagoo.owns(device, '/ota/device/request/a1pk/dev1')).toBe(true)
    expect(sagoo.owns(device, '/sys/a1pk/dev10/thing/event/property/post')).toBe(false)
    expect(sagoo.owns(device, '/sys/a1pk/thing')).toBe(false)
    expect(sagoo.owns(device, '/ota/device/inform/other/dev1')).toBe(false)
  })

  test('name their sender', () => {
    for (const topic of sagoo.topics(device).publish)
      expect(sagoo.senderOf(topic)).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
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
        .record({
          params: fc.dictionary(
            fc.constantFrom('step', 'version', 'module', 'desc', 'strategy', 'fileInfo', 'fileBlock', 'fileToken'),
            fc.jsonValue(),
          ),
        })
        .map((v) => Buffer.from(JSON.stringify(v))),
    )
    fc.assert(
      fc.property(fc.constantFrom(...sagoo.topics(device).publish, 'elsewhere'), Bytes, (topic, bytes) => {
        const reading = sagoo.read(device, topic, bytes)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
