import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import type { Agents } from './device-link.ts'
import { type Source, type Stretch, TryAgain } from './download.ts'
import { UpgradeFailed } from './faults.ts'

/** A connection without data for this time is closed. */
const STALL_MS = 30_000

interface HttpSourceOptions {
  /** The file's URL, read again at every try: a notice repeated meanwhile brings a fresh URL. */
  url(): string
  readonly agents: Pick<Agents, 'http' | 'https'>
  /** Requests this many bytes at a time, by ranges without a unit, as OneNET's clients do; undefined: the whole rest at once. */
  readonly pieceBytes?: number
}

const open = (url: string, range: string | undefined, agents: HttpSourceOptions['agents'], signal: AbortSignal) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const options = { signal, timeout: STALL_MS, headers: range === undefined ? {} : { Range: range } }
    const request = url.startsWith('https:')
      ? getSecure(url, { ...options, agent: agents.https }, resolve)
      : getPlain(url, { ...options, agent: agents.http }, resolve)
    request.on('timeout', () => request.destroy(new TryAgain(`no data for ${STALL_MS / 1000} s`)))
    request.on('error', reject)
  })

/** The size of the whole file from the answer's headers: `Content-Range: bytes 0-99/500`, or the length of a whole file. */
const totalOf = ({ statusCode, headers }: IncomingMessage): number | undefined => {
  const told = statusCode === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : headers['content-length']
  return told === undefined ? undefined : Number(told)
}

const startsAt = (response: IncomingMessage, from: number): boolean =>
  response.statusCode === 206 && (response.headers['content-range'] ?? '').startsWith(`bytes ${from}-`)

/** Refuses an answer that a device cannot use: for now (TryAgain) or for good (UpgradeFailed). */
const check = (response: IncomingMessage, from: number, range: string | undefined): void => {
  const { statusCode = 0 } = response
  if (range === undefined ? statusCode === 200 : startsAt(response, from)) return
  response.destroy()
  if (statusCode >= 500) throw new TryAgain(`HTTP ${statusCode}`)
  // A whole file in answer to a range request would be written past the end (docs/product.md §4.12).
  throw new UpgradeFailed('download', `HTTP ${statusCode} ${range === undefined ? '' : `to Range ${range}`}`.trim())
}

const stretchOf = (response: IncomingMessage, from: number, pieceBytes: number | undefined): Stretch => {
  const total = totalOf(response)
  return {
    chunks: response as AsyncIterable<Buffer>,
    total,
    last: pieceBytes === undefined || total === undefined || from + pieceBytes >= total,
    held: async (pause) => {
      // A complete answer has released its socket.
      if (!response.complete) response.socket.setTimeout(0)
      await pause
      if (!response.complete) response.socket.setTimeout(STALL_MS)
    },
  }
}

/** A file behind an HTTP or HTTPS URL; resumes by `Range`. */
export const httpSource = ({ url, agents, pieceBytes }: HttpSourceOptions): Source => {
  const rangeAt = (from: number): string | undefined => {
    if (pieceBytes !== undefined) return `${from}-${from + pieceBytes - 1}`
    return from > 0 ? `bytes=${from}-` : undefined
  }
  return async (from, signal) => {
    const range = rangeAt(from)
    const response = await open(url(), range, agents, signal)
    check(response, from, range)
    return stretchOf(response, from, pieceBytes)
  }
}
