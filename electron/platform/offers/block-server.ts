import { open } from 'node:fs/promises'
import type { Logger } from '../basics/logger.ts'
import type { Broker } from '../broker/broker.ts'
import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { BlockAnswer, BlockRequest } from '../dialects/dialect.ts'
import type { Artifact, DownloadHost } from '../download/download-claim.ts'
import type { ImageCache } from '../download/image-cache.ts'

/** Maximum bytes of one block (docs/protocols/sagoo.md §8.2: 256..131072, the last one from 1); blocks below 256 are served as well. */
const BLOCK_BYTES_MAX = 131_072

/** What serving blocks needs. */
interface BlockOptions {
  readonly host: DownloadHost
  readonly broker: () => Broker
  /** Whether a device was notified to fetch a job's file block by block: knowing the job id alone must not give access to a file. */
  readonly isStreamOf: (jobId: number, deviceId: number) => boolean
  readonly cache: ImageCache
  readonly logger: Pick<Logger, 'error' | 'debug'>
}

/** Serves files block by block over MQTT, only to the device of the job. */
export const createBlockServer = ({ host, broker, isStreamOf, cache, logger }: BlockOptions) => {
  const answerTo = async (device: ConnectedDevice, request: BlockRequest): Promise<BlockAnswer> => {
    const { streamId, fileId, offset, size } = request
    if (![streamId, fileId, offset, size].every(Number.isSafeInteger)) return { ok: false, refused: 'malformed' }
    if (offset < 0 || size < 1 || size > BLOCK_BYTES_MAX) return { ok: false, refused: 'malformed' }
    // A stream has one file; several files are sent by URL only (docs/protocols/sagoo.md §8.1).
    if (fileId !== 1 || !isStreamOf(streamId, device.id)) return { ok: false, refused: 'unknown' }
    const artifact = host.artifact({ jobId: streamId, file: 0 })
    if (artifact === 'gone' || artifact === 'damaged') return { ok: false, refused: 'gone' }
    if (offset >= artifact.size) return { ok: false, refused: 'beyond' }
    const end = Math.min(offset + size, artifact.size)
    const bytes = await readPiece(cache, artifact, offset, end).catch((error: unknown) => {
      logger.error({ err: error, jobId: streamId }, 'the file of a job could not be read')
      return undefined
    })
    if (!bytes) return { ok: false, refused: 'gone' }
    host.fetching(streamId)
    return { ok: true, bytes, offset, fileSize: artifact.size }
  }

  return async (device: ConnectedDevice, request: BlockRequest): Promise<void> => {
    const { dialect } = device
    if (!dialect.block) return
    const answer = await answerTo(device, request)
    if (!answer.ok) logger.debug({ deviceId: device.id, jobId: request.streamId, ...answer }, 'a block was refused')
    const gone = await broker().reply(device.id, dialect.block(request, answer))
    if (gone && answer.ok) host.sent?.(request.streamId, answer.bytes.length)
  }
}

/** Bytes from `start` up to but not including `end`, from the cache if the whole image fits into it. */
const readPiece = async (cache: ImageCache, artifact: Artifact, start: number, end: number): Promise<Uint8Array> => {
  const image = cache.peek(artifact.sha256) ?? (await cache.load(artifact))
  if (image) return image.subarray(start, end)
  await using file = await open(artifact.path)
  const bytes = Buffer.allocUnsafe(end - start)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
  if (bytesRead < bytes.length) throw new Error(`the file ends before ${end}`)
  return bytes
}
