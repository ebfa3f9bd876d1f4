import type { IncomingMessage } from 'node:http'

/** Bytes of a request's body; what devices send here has a few dozen. */
export const BODY_BYTES = 16 * 1024

/** Reads a body whole; undefined when it is larger than the limit or breaks off. */
export const readBody = async (request: IncomingMessage, limit = BODY_BYTES): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > limit) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks, length)
}
