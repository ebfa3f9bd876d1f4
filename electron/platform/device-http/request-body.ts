import type { IncomingMessage } from 'node:http'

/** Bytes of a request's body; what devices send here has a few dozen. */
export const BODY_BYTES = 16 * 1024

/** Reads a body whole; undefined when it is larger than the limit (the rest is left unread) or breaks off. */
export const readBody = (request: IncomingMessage, limit = BODY_BYTES): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const end = (body: Buffer | undefined) => {
      request.off('data', take)
      resolve(body)
    }
    const take = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      // Pausing instead of ending: iterating over the request would destroy its connection, and the answer with it.
      request.pause()
      end(undefined)
    }
    if (Number(request.headers['content-length'] ?? 0) > limit) return end(undefined)
    request.on('data', take)
    request.on('end', () => end(Buffer.concat(chunks, length)))
    request.on('close', () => end(undefined))
    request.on('error', () => end(undefined))
  })
