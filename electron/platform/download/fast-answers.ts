import { createSecretKey } from 'node:crypto'
import type { Clock } from '../basics/clock.ts'
import type { PlainRequest, PlainTarget } from '../http/plain-request.ts'
import type { Artifact, DownloadHost } from './download-claim.ts'
import { createTokenReader } from './download-tokens.ts'
import { tokenOf } from './download-url.ts'
import { pieceHead, wholeHead } from './file-heads.ts'
import type { ImageCache } from './image-cache.ts'

/** An answer that is complete in memory. */
export interface FastAnswer {
  readonly jobId: number
  readonly status: 200 | 206
  /** Latin1. */
  readonly head: string
  readonly image: Buffer
  /** The body is these bytes of the image. */
  readonly start: number
  readonly end: number
}

interface FastAnswersOptions {
  readonly host: Pick<DownloadHost, 'artifact'>
  /** Secret that signs the tokens. */
  readonly key: Uint8Array
  readonly clock: Pick<Clock, 'now'>
  readonly cache: ImageCache
  /** Whether a path below the prefix of the downloads is one, and no other route's. */
  readonly takes: (path: string) => boolean
}

/** Answers plain requests without the machinery of node:http. */
export interface FastAnswers {
  /**
   * The answer; a promise while the image is read: ask again afterwards. Undefined for everything that is not simply sent: each refusal,
   * followed and checksummed files, files that are not kept in memory. Nothing has happened then.
   */
  to(request: PlainRequest): FastAnswer | Promise<unknown> | undefined
}

/**
 * Makes them. What a path says is worked out once for each client; whether the token is good and the job open is asked at every request,
 * of the same host as the handler asks.
 */
export const createFastAnswers = ({ host, key, clock, cache, takes }: FastAnswersOptions): FastAnswers => {
  const readToken = createTokenReader(createSecretKey(key))
  const tokens = new WeakMap<PlainTarget, string>()

  /** The token of a download; empty for every other path. */
  const tokenFor = (asked: PlainTarget): string => {
    const known = tokens.get(asked)
    if (known !== undefined) return known
    const token = (takes(asked.path) && tokenOf(asked.path)) || ''
    tokens.set(asked, token)
    return token
  }

  const artifactFor = (asked: PlainTarget): Artifact | undefined => {
    const token = tokenFor(asked)
    const reading = token === '' ? undefined : readToken(token, clock.now())
    const artifact = reading?.ok ? host.artifact(reading.claim) : undefined
    return typeof artifact === 'object' && !artifact.followed && !artifact.pieceCrc16 ? artifact : undefined
  }

  return {
    to({ asked, range }) {
      const artifact = artifactFor(asked)
      if (!artifact) return undefined
      const { jobId, size } = artifact
      if (range && (range.first >= size || (range.last !== undefined && range.last < range.first))) return undefined
      const image = cache.peek(artifact.sha256)
      if (!image) return cache.load(artifact)
      if (!range) return { jobId, status: 200, head: wholeHead(artifact), image, start: 0, end: size }
      const start = range.first
      const end = range.last === undefined ? size : Math.min(range.last + 1, size)
      return { jobId, status: 206, head: pieceHead(artifact, start, end), image, start, end }
    },
  }
}
