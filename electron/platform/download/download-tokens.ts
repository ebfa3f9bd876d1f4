import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { createRecentMap } from '../basics/recent-map.ts'
import type { DownloadClaim } from './download-claim.ts'

const VERSION = 1
const CLAIM_BYTES = 14
const SIGNATURE_BYTES = 16
/** 30 bytes are exactly 40 characters of base64url: no padding, and no unused bits that could change unnoticed. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{40}$/

const JOB_MAX = 2 ** 48 - 1
const FILE_MAX = 2 ** 16 - 1
const SECONDS_MAX = 2 ** 40 - 1

/** The station's secret, at least 32 random bytes. With a `KeyObject`, reading a token takes one seventh of the time. */
type TokenKey = Uint8Array | KeyObject

type TokenReading =
  | { readonly ok: true; readonly claim: DownloadClaim }
  /** An expired token was issued by this station, so the log may name its job. */
  | { readonly ok: false; readonly refused: 'expired'; readonly claim: DownloadClaim }
  | { readonly ok: false; readonly refused: 'malformed' | 'signature' }

/** RFC 2104; its section 5 allows truncating the tag to half its length. */
const signature = (key: TokenKey, claim: Uint8Array): Buffer =>
  createHmac('sha256', key).update(claim).digest().subarray(0, SIGNATURE_BYTES)

/**
 * Makes the token of one file of one job: version, job, file and expiry, signed. It has 40 characters, so that the path of the URL
 * stays below the 255 characters that device SDKs support (docs/protocols/README.md §10.1).
 * @param claim `expiresAt` in milliseconds since 1970, rounded up to a second.
 * @throws RangeError when a number does not fit.
 */
export const signToken = (key: TokenKey, claim: DownloadClaim & { readonly expiresAt: number }): string => {
  const seconds = Math.ceil(claim.expiresAt / 1000)
  const fits = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max
  if (!fits(claim.jobId, JOB_MAX) || !fits(claim.file, FILE_MAX) || !fits(seconds, SECONDS_MAX)) {
    throw new RangeError('a download claim is out of range')
  }
  const bytes = Buffer.alloc(CLAIM_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUIntBE(claim.jobId, 1, 6)
  bytes.writeUInt16BE(claim.file, 7)
  bytes.writeUIntBE(seconds, 9, 5)
  return Buffer.concat([bytes, signature(key, bytes)]).toString('base64url')
}

/** A token that this station signed. */
interface SignedToken {
  readonly claim: DownloadClaim
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The signature is compared in constant time before any content of the token is used. */
const openToken = (key: TokenKey, token: string): SignedToken | 'malformed' | 'signature' => {
  if (!TOKEN_PATTERN.test(token)) return 'malformed'
  const bytes = Buffer.from(token, 'base64url')
  const signed = bytes.subarray(0, CLAIM_BYTES)
  if (!timingSafeEqual(signature(key, signed), bytes.subarray(CLAIM_BYTES))) return 'signature'
  if (signed.readUInt8(0) !== VERSION) return 'malformed'
  const claim: DownloadClaim = { jobId: signed.readUIntBE(1, 6), file: signed.readUInt16BE(7) }
  return { claim, expiresAt: signed.readUIntBE(9, 5) * 1000 }
}

const readingOf = (opened: SignedToken | 'malformed' | 'signature', now: number): TokenReading => {
  if (typeof opened === 'string') return { ok: false, refused: opened }
  const { claim, expiresAt } = opened
  return now >= expiresAt ? { ok: false, refused: 'expired', claim } : { ok: true, claim }
}

/** Signed tokens that are remembered, at least. */
const REMEMBERED = 4096

/**
 * Makes a reader of tokens that remembers what signed ones say: a device with a small buffer sends the same token three hundred times.
 * What a token says never changes; whether it has expired is asked each time. `now` is in milliseconds since 1970; a token is expired
 * from the second that it names.
 */
export const createTokenReader = (key: TokenKey): ((token: string, now: number) => TokenReading) => {
  const known = createRecentMap<string, SignedToken>(REMEMBERED)
  return (token, now) => {
    const remembered = known.get(token)
    if (remembered) return readingOf(remembered, now)
    const opened = openToken(key, token)
    if (typeof opened !== 'string') known.set(token, opened)
    return readingOf(opened, now)
  }
}
