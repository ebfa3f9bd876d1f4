import { open } from 'node:fs/promises'
import type { Broker, ConnectedDevice } from '../broker/broker.ts'
import type { BlockAnswer, BlockRequest } from '../dialects/dialect.ts'
import type { DownloadHost } from './artifact.ts'

/** Bytes of one block (device-protocols.md 2.3: 256..131072, the last one from 1); one below 256 is served as well, as it harms nobody. */
const BLOCK_BYTES_MAX = 131_072

/** What serving blocks needs. */
export interface BlockOptions {
  readonly host: DownloadHost
  readonly broker: () => Broker
  /** Whether a job belongs to a device: its number alone must not open a file to others. */
  readonly isJobOf: (jobId: number, deviceId: number) => boolean
}

/** Serves files block by block over MQTT, to the device whose job it is. */
export const createBlockServer = ({ host, broker, isJobOf }: BlockOptions) => {
  const read = async (device: ConnectedDevice, request: BlockRequest): Promise<BlockAnswer> => {
    const { streamId, fileId, offset, size } = request
    if (
      ![streamId, fileId, offset, size].every(Number.isSafeInteger) ||
      offset < 0 ||
      size < 1 ||
      size > BLOCK_BYTES_MAX
    ) {
      return { ok: false, refused: 'malformed' }
    }
    if (!isJobOf(streamId, device.id)) return { ok: false, refused: 'unknown' }
    const artifact = host.artifact({ jobId: streamId, file: fileId - 1 })
    if (artifact === 'gone') return { ok: false, refused: 'gone' }
    if (offset >= artifact.size) return { ok: false, refused: 'beyond' }
    host.fetching(streamId)
    const bytes = new Uint8Array(Math.min(size, artifact.size - offset))
    const file = await open(artifact.path)
    try {
      await file.read(bytes, 0, bytes.length, offset)
    } finally {
      await file.close()
    }
    return { ok: true, bytes, offset, fileSize: artifact.size }
  }

  return async (device: ConnectedDevice, request: BlockRequest): Promise<void> => {
    const { dialect } = device
    if (!dialect.block) return
    await broker().reply(device.id, dialect.block(request, await read(device, request)))
  }
}
