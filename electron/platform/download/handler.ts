import { createSecretKey } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Clock } from '../basics/clock.ts'
import { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import { becomeBusy, hangUp } from '../connections/socket-admission.ts'
import { ContentDamagedError } from '../content/verified-contents.ts'
import { answerText, writeHeadInOrder } from '../http/answers.ts'
import { evaluateConditions } from '../http/conditions.ts'
import { contentRange, frameRanges } from '../http/multipart.ts'
import { type ByteRange, resolveRanges } from '../http/ranges.ts'
import { type Handle, pathOf } from '../http/router.ts'
import { pieceCrc16 } from './crc16.ts'
import type { Artifact, DownloadClaim, DownloadHost } from './download-claim.ts'
import { createTokenReader } from './download-tokens.ts'
import { tokenOf } from './download-url.ts'
import { CONTENT_TYPE, commonHeaders, etagOf } from './file-heads.ts'
import { createImageCache, type ImageCache } from './image-cache.ts'
import { type Piece, sendFollowed, sendFromFile, sendFromMemory } from './send-body.ts'
import { openShared } from './shared-files.ts'

interface DownloadOptions {
  readonly host: DownloadHost
  /** Secret that signs the tokens. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn' | 'error'>
  readonly cache?: ImageCache
  /** Default: a separate log. */
  readonly refusals?: RefusalLog | undefined
}

/** Larger pieces are sent without a checksum: computing it before the first byte would delay all other clients. */
const CHECKSUM_BYTES_MAX = 1024 * 1024

const refusals = {
  method: { status: 405, text: 'Only GET and HEAD are served here.' },
  path: { status: 404, text: 'There is nothing here. Use the whole address from the upgrade notice.' },
  malformed: {
    status: 403,
    text: 'This download address is not valid: it was cut short or altered. Use the whole address from the upgrade notice.',
  },
  signature: {
    status: 403,
    text: 'This download address is not valid: it was altered, or another station made it. Use the address from the newest upgrade notice.',
  },
  expired: {
    status: 410,
    text: 'This download address has expired. Report the version again, or retry the job on the station, to get a new one.',
  },
  damaged: {
    status: 503,
    text: 'The file of this upgrade is damaged on the station, which does not hand it out. It is offered again once a person has uploaded it anew.',
  },
  gone: {
    status: 410,
    text: 'This file is not offered any more: the upgrade was cancelled or ended, or its package was deleted.',
  },
} as const
type Refusal = keyof typeof refusals

/** The answer to send: status, headers and the pieces of the body. */
interface Plan {
  readonly status: 200 | 206
  readonly headers: OutgoingHttpHeaders
  readonly pieces: readonly Piece[]
  /** The bytes whose CRC-16 is sent in the headers, and its method. */
  readonly checksum?: { readonly of: ByteRange; readonly method: string | undefined }
}

/**
 * Serves `GET` and `HEAD /ota/{token}/{file name}`: 200, 206, 304, 403 (not our token), 404, 405, 410 (expired or gone), 412,
 * 416. At most 9 headers per answer, including Node's own: a vendor's client supports 10 (docs/protocols/README.md §10.6).
 */
export const createDownloadHandler = (options: DownloadOptions): Handle => {
  const { host, clock, logger, cache = createImageCache() } = options
  const readToken = createTokenReader(createSecretKey(options.key))
  const refusalLog = options.refusals ?? new RefusalLog(logger, clock)
  const faults = new FaultLog(logger, clock)

  const refuse = (request: IncomingMessage, response: ServerResponse, reason: Refusal, claim?: DownloadClaim) => {
    const { status, text } = refusals[reason]
    const remoteAddress = request.socket.remoteAddress
    refusalLog.note(`download: ${reason}`, { remoteAddress }, { status, jobId: claim?.jobId })
    answerText(response, status, text, reason === 'method' ? { Allow: 'GET, HEAD' } : {})
  }

  /** Reports the outcome of a request when it ends. */
  const follow = (request: IncomingMessage, response: ServerResponse, jobId: number): { bytes: number } => {
    const answer = { bytes: 0 }
    const { method, url, headers, socket } = request
    const remoteAddress = plainAddress(socket.remoteAddress)
    response.once('close', () => {
      if (response.writableFinished && answer.bytes > 0) host.sent?.(jobId, answer.bytes)
      host.served?.(jobId, {
        request: `${method} ${url}`,
        remoteAddress,
        range: headers.range,
        status: response.statusCode,
        bytes: answer.bytes,
        complete: response.writableFinished,
      })
    })
    return answer
  }

  const send = (request: IncomingMessage, response: ServerResponse, artifact: Artifact, plan: Plan, image: Buffer) => {
    host.fetching(artifact.jobId)
    const { checksum } = plan
    const headers = checksum
      ? { ...checksumHeader(checksum, image.subarray(checksum.of.start, checksum.of.end)), ...plan.headers }
      : plan.headers
    writeHeadInOrder(response, plan.status, headers)
    const [piece, ...more] = plan.pieces
    if (artifact.followed && piece && more.length === 0 && !Buffer.isBuffer(piece))
      return sendFollowed(request, response, image, piece, artifact.followed)
    return sendFromMemory(request, response, image, plan.pieces)
  }

  const readAndSend = async (request: IncomingMessage, response: ServerResponse, artifact: Artifact, plan: Plan) => {
    const image = await cache.load(artifact)
    if (request.socket.destroyed) return
    if (image) return send(request, response, artifact, plan, image)
    await using shared = await openShared(artifact.path)
    const { file } = shared
    const checksum = plan.checksum && checksumHeader(plan.checksum, await bytesOf(file, plan.checksum.of))
    host.fetching(artifact.jobId)
    writeHeadInOrder(response, plan.status, { ...checksum, ...plan.headers })
    await sendFromFile(request, response, file, plan.pieces)
  }

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(request, response, 'method')
    const token = tokenOf(pathOf(request.url ?? '/'))
    if (token === undefined) return refuse(request, response, 'path')
    const reading = readToken(token, clock.now())
    const answer = 'claim' in reading ? follow(request, response, reading.claim.jobId) : undefined
    if (!reading.ok) {
      return refuse(request, response, reading.refused, reading.refused === 'expired' ? reading.claim : undefined)
    }
    // No room for another download: the device retries this one.
    if (!becomeBusy(request.socket)) return hangUp(request.socket)
    const artifact = host.artifact(reading.claim)
    if (artifact === 'gone') return refuse(request, response, 'gone', reading.claim)
    if (artifact === 'damaged') return refuse(request, response, 'damaged', reading.claim)

    const plan = planAnswer(request, artifact)
    if (plan === 304) return void response.writeHead(304, { ETag: etagOf(artifact) }).end()
    if (plan === 412) return answerText(response, 412, 'The file here is another than the request names in If-Match.')
    if ('refused' in plan) {
      const { remoteAddress } = request.socket
      refusalLog.note(`download: range ${plan.refused}`, { remoteAddress }, { status: 416, jobId: artifact.jobId })
      return answerText(response, 416, `Ask for bytes between 0 and ${artifact.size - 1}, as in bytes=0-1023.`, {
        // RFC 9110 §15.5.17: the current length, so that the client can ask again.
        'Content-Range': `bytes */${artifact.size}`,
      })
    }
    if (answer && request.method === 'GET') answer.bytes = Number(plan.headers['Content-Length'])
    if (request.method === 'HEAD') return void writeHeadInOrder(response, plan.status, plan.headers).end()
    const image = cache.peek(artifact.sha256)
    return image
      ? send(request, response, artifact, plan, image)
      : readAndSend(request, response, artifact, plan).catch((error: unknown) => {
          if (error instanceof ContentDamagedError && !response.headersSent) {
            if (answer) answer.bytes = 0
            return refuse(request, response, 'damaged', reading.claim)
          }
          if (!isMissing(error) || response.headersSent) throw error
          faults.note('the file of a job is missing', { err: error, jobId: artifact.jobId })
          answerText(response, 410, refusals.gone.text)
        })
  }
}

const checksumHeader = ({ method }: { readonly method: string | undefined }, bytes: Uint8Array) => ({
  'X-CRC16': pieceCrc16(method, bytes),
})

const bytesOf = async (file: FileHandle, { start, end }: ByteRange): Promise<Buffer> => {
  const bytes = Buffer.alloc(end - start)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
  return bytes.subarray(0, bytesRead)
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const planAnswer = (request: IncomingMessage, artifact: Artifact): Plan | 304 | 412 | { readonly refused: string } => {
  const { size, sha256 } = artifact
  const etag = etagOf(artifact)
  const { headers } = request
  const verdict = evaluateConditions(
    { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'], ifRange: oneOf(headers['if-range']) },
    etag,
  )
  if (verdict === 304 || verdict === 412) return verdict
  // RFC 9110 §14.2: Range is defined for GET only.
  const heeded = verdict === 'range' && request.method === 'GET'
  const answer = resolveRanges(heeded ? headers.range : undefined, size)
  if (answer.kind === 'refused') return { refused: answer.why }

  const common = commonHeaders(artifact)
  const acceptRanges = { 'Accept-Ranges': 'bytes' }
  if (answer.kind === 'whole') {
    return {
      status: 200,
      headers: { 'Content-Type': CONTENT_TYPE, 'Content-Length': size, ...acceptRanges, ...common },
      pieces: [{ start: 0, end: size }],
    }
  }
  const [range, ...others] = answer.ranges
  // RFC 9110 §15.3.7.2: a single range is never sent as multipart.
  if (others.length === 0) {
    return {
      status: 206,
      headers: {
        'Content-Type': CONTENT_TYPE,
        'Content-Length': range.end - range.start,
        ...common,
        // Must be the last header and the first with `Range` in its name, because hand-written clients expect that.
        'Content-Range': contentRange(range, size),
      },
      pieces: [range],
      ...(artifact.pieceCrc16 &&
        range.end - range.start <= CHECKSUM_BYTES_MAX && {
          checksum: { of: range, method: oneOf(headers['crc16-method']) },
        }),
    }
  }
  const { contentType, length, parts, tail } = frameRanges(answer.ranges, { size, sha256, contentType: CONTENT_TYPE })
  return {
    status: 206,
    headers: { 'Content-Type': contentType, 'Content-Length': length, ...acceptRanges, ...common },
    pieces: [...parts.flatMap(({ head, range }) => [head, range]), tail],
  }
}

const oneOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value.join(', ')
