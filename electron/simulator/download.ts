import { createHash } from 'node:crypto'
import { UpgradeFailed } from './faults.ts'
import type { WantedFile } from './notice.ts'
import type { Timers } from './timers.ts'
import { createTokenBucket } from './token-bucket.ts'

/** Between two tries, and tries in a row without one new byte: enough to outlast a restart of the station. */
const RETRY_MS = 1000
const MAX_TRIES = 10
/** A throttled device takes its bytes in portions of a quarter of a second, so that its progress moves evenly. */
const PORTION_SECONDS = 0.25

/** A piece of a file on its way, from the place asked for. */
export interface Stretch {
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes of the whole file, where the answer tells. */
  readonly total: number | undefined
  /** Whether it reaches to the end of the file; otherwise the next is to be asked for. */
  readonly last: boolean
  /** We hold back for so long as `pause` lasts: silence on the line is then our own doing. */
  held(pause: Promise<void>): Promise<void>
}

/**
 * Where the bytes of a file come from, at an offset.
 * @throws TryAgain and errors of the network, which a further try may mend; UpgradeFailed for good; the signal's reason.
 */
export type Source = (from: number, signal: AbortSignal) => Promise<Stretch>

export interface DownloadInput {
  readonly source: Source
  /** Bytes announced; undefined: the first answer tells. */
  readonly size: number | undefined
  readonly algorithm: WantedFile['algorithm']
  /** 0: as fast as it goes. */
  readonly bytesPerSecond: number
  /** Receives the file with its first bit wrong. */
  readonly corrupt: boolean
  /** Told the bytes as they come, each once and in order; left out: nothing is kept of them. */
  readonly keep?: (bytes: Uint8Array) => void
  readonly timers: Timers
}

/** Something is wrong that the next try may find mended. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

/** Errors of the network carry a code; one without is a mistake of ours and must not look like a bad line. */
const mayBeMended = (error: unknown): error is Error =>
  error instanceof TryAgain || (error instanceof Error && 'code' in error)

/**
 * Fetches a file, hashing it as it comes and keeping nothing of it itself; goes on where a lost connection left it.
 * @param onBytes told the bytes received so far, and those of the whole file where they are known; what it throws ends the
 *   download, but TryAgain only the connection.
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

  /** True when the file is at its end. */
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
      // Lost between the last byte and the end of the answer: there is nothing left to ask for.
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
