import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ByteRange } from '../http/ranges.ts'

/** A piece of an answer's body: bytes in memory, or a range of the file. */
export type Piece = Buffer | ByteRange

/** Bytes per write where the speed of the client limits the transfer. */
const CHUNK_BYTES = 256 * 1024

/** Bytes that an empty send buffer takes with its overhead: Linux begins with 16 KB (tcp(7), tcp_wmem). */
const SMALL_BYTES = 8 * 1024

const isEncrypted = (request: IncomingMessage): boolean => (request.socket as Partial<TLSSocket>).encrypted === true

/**
 * Sends pieces of a cached image. On a plain connection the whole image goes to the kernel queue without a copy. On TLS it is
 * sent in chunks: otherwise OpenSSL would encrypt the whole image in one blocking call, once per client.
 */
export const sendFromMemory = (
  request: IncomingMessage,
  response: ServerResponse,
  image: Buffer,
  pieces: readonly Piece[],
): Promise<void> | undefined => {
  const buffers = pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : image.subarray(piece.start, piece.end)))
  if (isEncrypted(request)) return sendChunks(request, response, slices(buffers))
  if (buffers.length === 1 && buffers[0] && buffers[0].length <= SMALL_BYTES) {
    // Head and body in one write, which the kernel takes at once: nothing is left to be cut off when the server closes.
    response.end(buffers[0])
    return undefined
  }
  const last = buffers.pop()
  for (const buffer of buffers) response.write(buffer)
  if (last?.length) response.write(last, () => response.end())
  else response.end()
  return undefined
}

/** Sends pieces of a file on disk at the speed of the client. Rejects when it cannot be read. The caller closes the file. */
export const sendFromFile = (
  request: IncomingMessage,
  response: ServerResponse,
  file: FileHandle,
  pieces: readonly Piece[],
): Promise<void> => sendChunks(request, response, reads(file, pieces))

/** Bytes per write where somebody follows the transfer. */
const FOLLOWED_BYTES = 16 * 1024

/** Sends one range of a cached image at the speed of the client and tells how far it came, in bytes of the image. */
export const sendFollowed = (
  request: IncomingMessage,
  response: ServerResponse,
  image: Buffer,
  { start, end }: ByteRange,
  followed: (end: number) => void,
): Promise<void> => {
  async function* steps(): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += FOLLOWED_BYTES) {
      const next = Math.min(at + FOLLOWED_BYTES, end)
      yield image.subarray(at, next)
      // The step has been handed to the kernel when the next one is asked for.
      followed(next)
    }
  }
  return sendChunks(request, response, steps())
}

function* slices(buffers: readonly Buffer[]): Generator<Buffer> {
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length; at += CHUNK_BYTES) yield buffer.subarray(at, at + CHUNK_BYTES)
  }
}

async function* reads(file: FileHandle, pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      yield piece
      continue
    }
    for (let at = piece.start; at < piece.end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, piece.end - at))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) throw new Error(`the file ends at ${at}, before ${piece.end}`)
      yield chunk.subarray(0, bytesRead)
      at += bytesRead
    }
  }
}

const sendChunks = async (
  request: IncomingMessage,
  response: ServerResponse,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> => {
  const { socket } = request
  for await (const chunk of chunks) {
    if (socket.destroyed) return
    await written(response, socket, chunk)
  }
  response.end()
}

/**
 * Resolves when the kernel has the chunk or the client is gone: for a response queued behind another, only the socket reports that.
 * All senders here end an answer only after that, because Node treats the connection of an ended answer as idle and closes it when
 * the server closes.
 */
const written = (response: ServerResponse, socket: Socket, chunk: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      socket.off('close', done)
      resolve()
    }
    socket.on('close', done)
    response.write(chunk, done)
  })
