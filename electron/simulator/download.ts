import { createHash } from 'node:crypto'
import { UpgradeFailed } from './faults.ts'
import type { WantedFile } from './notice.ts'
import type { Timers } from './timers.ts'
import { createTokenBucket } from './token-bucket.ts'

/** Delay between two tries, and tries in a row without a new byte: enough to outlast a restart of the station. */
const RETRY_MS = 1000
const MAX_TRIES = 10
/** A throttled device takes its bytes in portions of a quarter of a second, so that its progress moves evenly. */
const PORTION_SECONDS = 0.25

/** A part of a file in transfer, from the requested offset. */
export interface Stretch {
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes of the whole file, where the answer contains them. */
  readonly total: number | undefined
  /** Whether the part reaches the end of the file; otherwise the next part must be requested. */
  readonly last: boolean
  /** The device stops reading while `pause` lasts: a silent connection is then its own doing. */
  held(pause: Promise<void>): Promise<void>
}

/**
 * The source of a file's bytes from an offset.
 * @throws TryAgain and network errors, where another try may help; UpgradeFailed for good; the signal's reason.
 */
export type Source = (from: number, signal: AbortSignal) => Promise<Stretch>

export interface DownloadInput {
  readonly source: Source
  /** Bytes announced by the notice; undefined: the first answer contains the size. */
  readonly size: number | undefined
  readonly algorithm: WantedFile['algorithm']
  /** 0: as fast as possible. */
  readonly bytesPerSecond: number
  /** Inverts the first bit of the received file. */
  readonly corrupt: boolean
  /** Called with the bytes as they arrive, each once and in order; left out: the bytes are not stored. */
  readonly keep?: (bytes: Uint8Array) => void
  readonly timers: Timers
}

/** A failure that the next try may overcome. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

/** Network errors carry a code; an error without one is a bug and must not look like a bad connection. */
const mayBeMended = (error: unknown): error is Error =>
  error instanceof TryAgain || (error instanceof Error && 'code' in error)

/**
 * Downloads a file and hashes it as it arrives, without storing it; resumes after a lost connection.
 * @param onBytes called with the bytes received so far, and the size of the whole file where known; what it throws ends the download, but
 * TryAgain ends only the connection.
 * @returns bytes received and their digest in lower-case hex
 * @throws UpgradeFailed when the server refuses, sends more than announced, or no try brings a new byte; the signal's reason
 */
export const download = async (
  input: DownloadInput,
  onBytes: (received: number, size: number | undefined) => void,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly digest: string }> => {
  const { source, bytesPerSecond, timers } = input
  const hash = createHash(input.algorithm)
  const portion = bytesPerSecond > 0 ? Math.max(1, Math.round(bytesPerSecond * PORTION_SECONDS)) : Infinity
  const bucket = bytesPerSecond > 0 ? createTokenBucket(bytesPerSecond, portion, timers.now()) : undefined
  let { size } = input
  let received = 0

  const pause = async (bytes: number, stretch: Stretch): Promise<void> => {
    const wait = bucket?.take(bytes, timers.now()) ?? 0
    if (wait > 0) await stretch.held(timers.sleep(wait, signal))
  }

  const receive = (bytes: Buffer): void => {
    if (size !== undefined && received + bytes.length > size) {
      throw new UpgradeFailed('verification', `more bytes than the ${size} announced`)
    }
    if (input.corrupt && received === 0) hash.update(Buffer.from([(bytes[0] ?? 0) ^ 1])).update(bytes.subarray(1))
    else hash.update(bytes)
    input.keep?.(bytes)
    received += bytes.length
    onBytes(received, size)
  }

  /** True at the end of the file. */
  const attempt = async (): Promise<boolean> => {
    const before = received
    const stretch = await source(received, signal)
    size ??= stretch.total
    for await (const chunk of stretch.chunks) {
      for (let at = 0; at < chunk.length; at += portion) {
        const bytes = chunk.subarray(at, at + portion)
        await pause(bytes.length, stretch)
        receive(bytes)
      }
    }
    if (!stretch.last && received === before) throw new TryAgain('an empty answer')
    return stretch.last
  }

  for (let fruitless = 0; ; ) {
    const before = received
    try {
      if (await attempt()) break
      fruitless = 0
    } catch (error) {
      signal.throwIfAborted()
      if (!mayBeMended(error)) throw error
      // The connection was lost between the last byte and the end of the answer: nothing is left to request.
      if (received === size) break
      fruitless = received > before ? 1 : fruitless + 1
      if (fruitless >= MAX_TRIES) {
        throw new UpgradeFailed('download', `${error.message} (${fruitless} tries)`, { cause: error })
      }
      await timers.sleep(RETRY_MS, signal)
    }
  }
  return { bytes: received, digest: hash.digest('hex') }
}
