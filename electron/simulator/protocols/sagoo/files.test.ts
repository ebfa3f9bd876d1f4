import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc16 } from '../crc16.ts'
import { sagooBlocks } from './blocks.ts'
import { sagoo } from './mqtt.ts'

const device = { productKey: 'a1pk', name: 'dev1', secret: '', accessToken: '' }
const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))
const md5 = 'ab'.repeat(16)
const read = (data: object) => sagoo.readNotice(bytes({ code: '200', data, id: 7, message: 'success' }))

describe('a sagoo device that is to fetch over MQTT', () => {
  const data = { size: 5, version: '2.0.0', dProtocol: 'mqtt', streamId: 4, streamFileId: 1, md5, sign: md5 }

  it('reads a notice that names a stream in the place of a URL', () => {
    expect(read({ ...data, signMethod: 'Md5' })).toMatchObject({
      ok: true,
      notice: { files: [{ from: { kind: 'blocks', streamId: 4, fileId: 1 }, size: 5 }] },
    })
    for (const changes of [{ streamId: undefined }, { streamFileId: '1' }, { url: 'http://10.0.0.1/f' }])
      expect(read({ ...data, signMethod: 'Md5', ...changes })).toMatchObject({ ok: false })
  })

  it('asks with LinkSDK’s own comma', () => {
    expect(sagooBlocks.request(device, 1, { kind: 'blocks', streamId: 1234, fileId: 1 }, 0)).toEqual({
      topic: '/sys/a1pk/dev1/thing/file/download',
      payload:
        '{"id":"1","version":"1.0","params":{"fileToken":"default","fileInfo":{"streamId":1234,"fileId":1,},"fileBlock":{"size":10240,"offset":0}}}',
    })
  })

  const framed = (json: object, ...rest: Uint8Array[]) => {
    const text = bytes(json)
    return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), text, ...rest])
  }
  const piece = Buffer.from('123456789')
  const head = { id: '1', code: 200, msg: 'success', data: { fileLength: 20, bSize: 9, bOffset: 3 } }
  const checksum = Buffer.from([0x3d, 0xbb])

  it('reads a block whose checksum is right', () => {
    expect(crc16(piece)).toBe(0xbb3d)
    expect(sagooBlocks.readBlock(framed(head, piece, checksum))).toEqual({
      ok: true,
      id: '1',
      bytes: piece,
      offset: 3,
      fileLength: 20,
    })
  })

  it('passes over one that is damaged, and reads why there is none', () => {
    for (const damaged of [
      framed(head, piece, Buffer.from([0xbb, 0x3d])),
      framed(head, piece),
      framed(head, piece, checksum, Buffer.from([0])),
      framed({ id: '1', code: 200 }, piece, checksum),
    ])
      expect(sagooBlocks.readBlock(damaged)).toBeUndefined()
    expect(sagooBlocks.readBlock(framed({ id: '1', code: 410, message: 'taken back' }))).toEqual({
      ok: false,
      id: '1',
      refused: 'code 410: taken back',
    })
  })

  it('never throws, whatever the bytes', () => {
    const nearly = fc.uint8Array().map((payload) => framed(head, payload))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), nearly), (payload) => {
        expect(sagooBlocks.readBlock(payload)).toBeUndefined()
      }),
    )
  })
})

describe('a sagoo device that is told of several files', () => {
  const one = { fileSize: 10, fileName: 'a.bin', fileUrl: 'http://10.0.0.1/a', fileMd5: md5, fileSign: md5 }
  const data = { version: '2.0.0', signMethod: 'Md5', extData: {}, files: [one, { ...one, fileSize: 20 }] }

  it('reads them all', () => {
    expect(read(data)).toMatchObject({ ok: true, notice: { files: [{ size: 10 }, { size: 20 }] } })
  })

  it('refuses a list of one, one with a size beside it, and one that is not last', () => {
    for (const wrong of [
      { ...data, files: [one] },
      { size: 30, ...data },
      { ...data, module: 'MCU' },
    ])
      expect(read(wrong)).toMatchObject({ ok: false })
  })
})

describe('a sagoo device that asks', () => {
  const answer = (data: object, code = 200) => sagoo.questions?.readAnswer(bytes({ id: '1', code, data }))

  it('does so in the words of docs/protocols/sagoo.md §7.1', () => {
    expect(sagoo.questions?.question(device, 123, 'MCU')).toEqual({
      topic: '/sys/a1pk/dev1/thing/ota/firmware/get',
      payload: '{"id":"123","version":"1.0","params":{"module":"MCU"},"method":"thing.ota.firmware.get"}',
    })
  })

  it('reads a notice in the answer, or that there is none', () => {
    expect(answer({})).toBe('nothing')
    const told = { size: 5, version: '2.0.0', url: 'http://10.0.0.1/f', md5, sign: md5, signMethod: 'Md5' }
    expect(answer(told)).toMatchObject({ ok: true, notice: { pushed: false, version: '2.0.0' } })
    expect(answer(told, 404)).toMatchObject({ ok: false })
  })
})
