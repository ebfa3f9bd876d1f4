import { z } from 'zod'
import { crc16 } from '../crc16.ts'
import { MessageId, readAs } from '../json.ts'
import type { BlockReading, Blocks } from '../mqtt-protocol.ts'

/** Files over MQTT, as LinkSDK 4.1 fetches them (docs/protocols/sagoo.md §8.5). */

const Head = z.object({ id: MessageId, code: z.number(), message: z.string().optional(), msg: z.string().optional() })
const Found = z.object({
  data: z.object({ fileLength: z.number().int(), bSize: z.number().int(), bOffset: z.number().int() }),
})

/** Two bytes, big-endian: the length of the JSON; the JSON; the bytes of the file; their CRC-16, little-endian. */
const readBlock = (payload: Uint8Array): BlockReading => {
  const whole = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  if (whole.length < 2) return undefined
  const start = 2 + whole.readUInt16BE(0)
  if (start > whole.length) return undefined
  const json = whole.subarray(2, start)
  const head = readAs(Head, json)
  if (!head.ok) return undefined
  const { id, code, message, msg } = head.value
  if (code !== 200) return { ok: false, id, refused: [`code ${code}`, message ?? msg].filter(Boolean).join(': ') }
  const found = readAs(Found, json)
  if (!found.ok) return undefined
  const { fileLength, bSize, bOffset } = found.value.data
  if (whole.length !== start + bSize + 2) return undefined
  const bytes = whole.subarray(start, start + bSize)
  if (crc16(bytes) !== whole.readUInt16LE(start + bSize)) return undefined
  return { ok: true, id, bytes, offset: bOffset, fileLength }
}

export const sagooBlocks: Blocks = {
  // The value of LinkSDK's demo; its default is half of that.
  size: 10_240,
  replyTopic: ({ productKey, name }) => `/sys/${productKey}/${name}/thing/file/download_reply`,
  request: ({ productKey, name }, messageId, { streamId, fileId }, offset) => ({
    topic: `/sys/${productKey}/${name}/thing/file/download`,
    // Exactly as devices in the field send it, with the comma that makes it invalid JSON.
    payload: `{"id":"${messageId}","version":"1.0","params":{"fileToken":"default","fileInfo":{"streamId":${streamId},"fileId":${fileId},},"fileBlock":{"size":${sagooBlocks.size},"offset":${offset}}}}`,
  }),
  readBlock,
}
