import { z } from 'zod'
import type { BlockAnswer, BlockRequest, Downlink, Reading } from '../dialect.ts'
import { IdMember, NumberMember, readAs } from '../message-fields.ts'
import { crc16Arc } from './crc16.ts'

/** Files over MQTT (docs/protocols/sagoo.md §8): requests in JSON, answers in JSON and bytes. */

/** A missing or malformed number becomes NaN: the request has an id, so it gets an answer. */
const Whole = z
  .union([
    NumberMember.pipe(z.int()),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .catch(Number.NaN)
const none = { streamId: Number.NaN, fileId: Number.NaN, size: Number.NaN, offset: Number.NaN }

const Download = z.object({
  id: IdMember.catch(undefined),
  params: z
    .object({
      fileToken: z.string().max(256).optional().catch(undefined),
      fileInfo: z.object({ streamId: Whole, fileId: Whole }).catch(none),
      fileBlock: z.object({ size: Whole, offset: Whole }).catch(none),
    })
    .catch({ fileToken: undefined, fileInfo: none, fileBlock: none }),
})

export const readDownload = (payload: Uint8Array, replyTopic: string): Reading => {
  const read = readAs(Download, payload)
  if (!read.ok) return read
  const { id, params } = read.value
  const { fileToken, fileInfo, fileBlock } = params
  return {
    ok: true,
    uplink: {
      kind: 'block',
      messageId: id ?? '0',
      fileToken,
      streamId: fileInfo.streamId,
      fileId: fileInfo.fileId,
      offset: fileBlock.offset,
      size: fileBlock.size,
      replyTopic,
    },
  }
}

/** The vendor documents no codes, so HTTP codes are used (docs/protocols/sagoo.md §8.4). LinkSDK retries after any code except 200. */
const refusals = {
  malformed: { code: 400, message: 'streamId, fileId, offset and a size of 1 to 131072 are needed' },
  unknown: { code: 404, message: 'no such stream of this device' },
  gone: { code: 410, message: 'this upgrade was taken back' },
  beyond: { code: 416, message: 'the offset is beyond the end of the file' },
} as const satisfies Record<Extract<BlockAnswer, { ok: false }>['refused'], { code: number; message: string }>

/** The length of the JSON (two bytes, big-endian), the JSON, and the given bytes. */
const framed = (json: object, ...rest: readonly Uint8Array[]): Uint8Array => {
  const text = Buffer.from(JSON.stringify(json))
  const length = Buffer.allocUnsafe(2)
  length.writeUInt16BE(text.length)
  return Buffer.concat([length, text, ...rest])
}

/** The block with its checksum (two bytes, little-endian), or an error as JSON only, in the same framing. */
export const writeBlock = (request: BlockRequest, answer: BlockAnswer): Downlink => {
  const { messageId: id, fileToken, replyTopic: topic } = request
  if (!answer.ok) return { topic, payload: framed({ id, ...refusals[answer.refused] }) }
  const { bytes, offset: bOffset, fileSize: fileLength } = answer
  const data = { fileToken, fileLength, bSize: bytes.length, bOffset }
  const checksum = Buffer.allocUnsafe(2)
  checksum.writeUInt16LE(crc16Arc(bytes))
  return { topic, payload: framed({ id, code: 200, msg: 'success', data }, bytes, checksum) }
}
