import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iotEngine } from './mqtt.ts'

const device = { productKey: 'pk', name: 'dev1', secret: 's3cret', accessToken: '' }
const topic = (purpose: string) => `/sys/pk/dev1/ota/firmware/${purpose}`
const firmware = {
  firmwareVersion: '2.0.0',
  url: 'http://10.0.0.1:8070/f',
  sign: 'ab'.repeat(16),
  signMethod: 'Md5',
}
const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))
const notice = (changes: object) =>
  iotEngine.readNotice(
    bytes({ msgId: '123', version: '1.0', data: { policy: 'standard', size: 432945, ...firmware, ...changes } }),
  )
const file = { from: { kind: 'url', url: firmware.url }, algorithm: 'md5', digest: firmware.sign }

describe('a device of the IoT engine', () => {
  it('reports its version, what it does and how it fails', () => {
    expect(iotEngine.versionReport(device, 1, 'default', '1.0.0')).toEqual({
      topic: topic('version'),
      payload: '{"msgId":"1","version":"1.0","data":{"firmwareVersion":"1.0.0"}}',
    })
    const said = [
      iotEngine.progress(device, 2, 'default', 40),
      iotEngine.downloaded?.(device, 3),
      iotEngine.burning?.(device, 4),
      iotEngine.progress(device, 5, 'default', 100),
      iotEngine.failure(device, 6, 'default', 'burning', 'no'),
    ]
    expect(said.map((message) => JSON.parse(message?.payload ?? '').data)).toEqual([
      { status: 0, progress: 40 },
      { status: 1, progress: 100 },
      { status: 2, progress: 100 },
      { status: 3, progress: 100 },
      { status: -4, desc: 'no' },
    ])
  })

  it('reads a notice and acknowledges it by its own id', () => {
    expect(notice({})).toEqual({
      ok: true,
      notice: { id: '123', pushed: true, module: 'default', version: '2.0.0', files: [{ ...file, size: 432945 }] },
    })
    expect(iotEngine.acknowledgement?.(device, '123')).toEqual({
      topic: topic('upgrade_reply'),
      payload: '{"msgId":"123","code":200}',
    })
  })

  it.each([[{ policy: 'later' }], [{ size: undefined }], [{ signMethod: 'SHA256' }], [{ sign: 'x' }]])(
    'refuses one with %o',
    (changes) => {
      expect(notice(changes)).toMatchObject({ ok: false })
    },
  )

  it('asks, and reads an answer without policy and size, or that there is nothing', () => {
    expect(iotEngine.questions?.question(device, 7, 'default')).toEqual({
      topic: topic('request'),
      payload: '{"msgId":"7","version":"1.0","data":{}}',
    })
    const answer = (json: object) => iotEngine.questions?.readAnswer(bytes(json))
    expect(answer({ msgId: '7', version: '1.0', data: firmware })).toMatchObject({
      ok: true,
      notice: { pushed: false, version: '2.0.0', files: [{ ...file, size: undefined }] },
    })
    expect(answer({ msgId: '7', code: 404, message: 'FirmwareVersion not existed' })).toBe('nothing')
    expect(answer({ msgId: '7' })).toMatchObject({ ok: false })
  })

  it('never throws, whatever the bytes', () => {
    const text = fc.json().map((json) => new TextEncoder().encode(json))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), text), (payload) => {
        expect(iotEngine.readNotice(payload).ok).toBe(false)
        expect(iotEngine.questions?.readAnswer(payload)).toMatchObject({ ok: false })
      }),
    )
  })
})
