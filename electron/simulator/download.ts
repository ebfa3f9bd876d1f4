import { createHash } from 'node:crypto'
import { type Agent, get, type IncomingMessage } from 'node:http'
import { UpgradeFailed } from './faults.ts'
import type { Timers } from './timers.ts'
import { createTokenBucket } from './token-bucket.ts'

/** A connection that carries nothing for so long is given up. */
const STALL_MS = 30_000
/** Between two tries, and tries in a row without one new byte: enough to outlast a restart of the station. */
const RETRY_MS = 1000
const MAX_TRIES = 10
/** A throttled device takes its bytes in portions of a quarter of a second, so that its progress moves evenly. */
const PORTION_SECONDS = 0.25

export interface DownloadInput {
  /** Where the file is, asked for again at every try: a notice repeated meanwhile brings a fresh URL. */
  url(): string
  /** Bytes announced. */
  readonly size: number
  readonly algorithm: 'md5' | 'sha256'
  /** 0: as fast as it goes. */
  readonly bytesPerSecond: number
  /** Receives the file with its first bit wrong. */
  readonly corrupt: boolean
  readonly agent: Agent
  readonly timers: Timers
}

/** Something is wrong that the next try may find mended. */
class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

/** Errors of the network carry a code; one without is a mistake of ours and must not look like a bad line. */
const mayBeMended = (error: unknown): error is Error =>
  error instanceof TryAgain || (error instanceof Error && 'code' in error)

const open = (url: string, from: number, agent: Agent, signal: AbortSignal) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const headers = from > 0 ? { Range: `bytes=${from}-` } : {}
    const request = get(url, { agent, signal, timeout: STALL_MS, headers }, resolve)
    request.on('timeout', () => request.destroy(new TryAgain(`no data for ${STALL_MS / 1000} s`)))
    request.on('error', reject)
  })

const isResumedAt = (response: IncomingMessage, from: number): boolean =>
  response.statusCode === 206 && (response.headers['content-range'] ?? '').startsWith(`bytes ${from}-`)

/** Refuses an answer that a device cannot use: for now (TryAgain) or for good (UpgradeFailed). */
const check = (response: IncomingMessage, from: number): void => {
  const { statusCode = 0 } = response
  if (from === 0 ? statusCode === 200 : isResumedAt(response, from)) return
  response.destroy()
  if (statusCode >= 500) throw new TryAgain(`HTTP ${statusCode}`)
  // A whole file in answer to a range would be written past the end (product.md, rules of the field).
  throw new UpgradeFailed('download', `HTTP ${statusCode} ${from > 0 ? `to Range bytes=${from}-` : ''}`.trim())
}

/**
 * Fetches a file over HTTP, hashing it as it comes and keeping nothing of it; resumes by `Range` after a lost connection.
 * @param onBytes told the bytes received so far; what it throws ends the download.
 * @returns bytes received and their digest in lower-case hex
 * @throws UpgradeFailed when the server refuses, sends more than announced, or no try brings a new byte; the signal's reason
 */
export const download = async (
  input: DownloadInput,
  onBytes: (received: number) => void,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly digest: string }> => {
  const { size, bytesPerSecond, agent, timers } = input
  const hash = createHash(input.algorithm)
  const portion = bytesPerSecond > 0 ? Math.max(1, Math.round(bytesPerSecond * PORTION_SECONDS)) : Infinity
  const bucket = bytesPerSecond > 0 ? createTokenBucket(bytesPerSecond, portion, timers.now()) : undefined
  let received = 0

  const pause = async (bytes: number, response: IncomingMessage): Promise<void> => {
    const wait = bucket?.take(bytes, timers.now()) ?? 0
    if (wait === 0) return
    // While we hold back, silence on the line is our own doing. A complete answer has given its socket back.
    if (!response.complete) response.socket.setTimeout(0)
    await timers.sleep(wait, signal)
    if (!response.complete) response.socket.setTimeout(STALL_MS)
  }

  const receive = (bytes: Buffer): void => {
    if (received + bytes.length > size) {
      throw new UpgradeFailed('verification', `more bytes than the ${size} announced`)
    }
    if (input.corrupt && received === 0) hash.update(Buffer.from([(bytes[0] ?? 0) ^ 1])).update(bytes.subarray(1))
    else hash.update(bytes)
    received += bytes.length
    onBytes(received)
  }

  const attempt = async (): Promise<void> => {
    const response = await open(input.url(), received, agent, signal)
    check(response, received)
    for await (const chunk of response as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += portion) {
        const bytes = chunk.subarray(at, at + portion)
        await pause(bytes.length, response)
        receive(bytes)
      }
    }
  }

  for (let fruitless = 0; ; ) {
    const before = received
    try {
      await attempt()
      break
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
