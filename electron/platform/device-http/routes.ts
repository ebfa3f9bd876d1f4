import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Clock } from '../basics/clock.ts'
import type { Random } from '../basics/random.ts'
import { RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import { becomeBusy, hangUp } from '../connections/socket-admission.ts'
import { maskSecrets } from '../devices/masking.ts'
import { percentDecode } from '../dialects/escapes.ts'
import type {
  BytesAnswer,
  DeviceHttp,
  FileAnswer,
  HttpAnswer,
  HttpDialect,
  HttpRequest,
} from '../dialects/http-dialect.ts'
import type { DownloadHost } from '../download/download-claim.ts'
import type { ImageCache } from '../download/image-cache.ts'
import { sendFromFile, sendFromMemory } from '../download/send-body.ts'
import { openShared } from '../download/shared-files.ts'
import { answerText, writeHeadInOrder } from '../http/answers.ts'
import { type Handle, pathOf, type Route } from '../http/router.ts'
import type { CallerGuard } from './caller-guard.ts'

import { beginTrace, type TraceDeps } from './request-trace.ts'

/** Maximum bytes of a request body; devices send a few dozen here. */
const BODY_BYTES = 16 * 1024

/** Reads a complete body; undefined when it exceeds the limit (the rest stays unread) or is truncated. */
const readBody = (request: IncomingMessage, limit = BODY_BYTES): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const end = (body: Buffer | undefined) => {
      request.off('data', take)
      resolve(body)
    }
    const take = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      // Pause instead of iterating: iteration would destroy the connection before the answer is sent.
      request.pause()
      end(undefined)
    }
    if (Number(request.headers['content-length'] ?? 0) > limit) return end(undefined)
    request.on('data', take)
    request.on('end', () => end(Buffer.concat(chunks, length)))
    request.on('close', () => end(undefined))
    request.on('error', () => end(undefined))
  })

interface DeviceHttpOptions {
  readonly deviceHttp: DeviceHttp
  /** Records rejected logins and the traffic of devices. */
  readonly trace: TraceDeps
  /** Counts unauthenticated calls. */
  readonly guard: CallerGuard
  readonly cache: ImageCache
  /** Is notified of the sent bytes of an upgrade file. */
  readonly downloads: Pick<DownloadHost, 'sent'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Pick<Logger, 'warn' | 'error'>
  /** Used in answers instead of the address by which a device reached the station. */
  readonly publicHost: string | undefined
  /** The port of the station's plain HTTP listener. */
  readonly httpPort: () => number
  /** Default: a separate log. */
  readonly refusals?: RefusalLog | undefined
}

/** The routes of an HTTP dialect, in addition to those of the station's own downloads. */
export const createDeviceHttpRoutes = (dialect: HttpDialect, options: DeviceHttpOptions): Route[] => {
  const handle = createDeviceHttpHandler(dialect, options)
  return dialect.prefixes.map((prefix) => ({ prefix, takes: dialect.takes, handle }))
}

/** Handles the requests of a dialect: reads complete bodies, sends files as downloads do, and logs refusals. */
const createDeviceHttpHandler = (dialect: HttpDialect, options: DeviceHttpOptions): Handle => {
  const { deviceHttp, trace: traceDeps, guard, cache, downloads, clock, random, logger, publicHost, httpPort } = options
  const refusals = options.refusals ?? new RefusalLog(logger, clock)

  const ownAddress = ({ socket }: IncomingMessage): string => {
    const host = publicHost ?? (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '').replace(/%.*$/, '')
    return `${host.includes(':') ? `[${host}]` : host}:${httpPort()}`
  }

  const answer = async (request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer> => {
    try {
      return await dialect.handle(request, deviceHttp)
    } catch (error) {
      logger.error(
        { err: error, protocol: dialect.protocol, path: maskSecrets(request.path) },
        'a request of a device failed',
      )
      return dialect.failed(request)
    }
  }

  return async (incoming, response) => {
    const { remoteAddress } = incoming.socket
    const body = await readBody(incoming)
    if (!body) {
      refusals.note('http: body too large', { remoteAddress })
      if (!response.writableEnded && !incoming.socket.destroyed)
        answerText(response, 413, `The body is larger than ${BODY_BYTES} bytes.`)
      return
    }
    const request: HttpRequest = {
      id: Buffer.from(random.token(16), 'base64url').toString('hex'),
      method: incoming.method ?? 'GET',
      path: pathOf(incoming.url ?? '/'),
      query: queryOf(incoming.url ?? '/'),
      headers: headersOf(incoming),
      body,
      ownAddress: ownAddress(incoming),
    }
    const address = plainAddress(remoteAddress)
    const trace = beginTrace(dialect, deviceHttp, address, traceDeps, () => guard.barred(address))
    const answered = await answer(request, trace.deviceHttp)
    if (answered.kind === 'bytes' && answered.unproven && (await guard.failed(address, trace.deviceId))) {
      const whose = trace.deviceId === undefined ? 'from this address' : 'of this device'
      refusals.note(`${dialect.protocol}: too many failures ${whose}`, { remoteAddress: address })
      if (!incoming.socket.destroyed) sendBytes(response, tooMany(dialect.refuseCaller(request)))
      return
    }
    trace.end(request, incoming.url ?? '/', answered)
    if (incoming.socket.destroyed) return
    if (answered.kind === 'file') {
      const { file, start, end } = answered
      if (!becomeBusy(incoming.socket)) return hangUp(incoming.socket)
      if (incoming.method !== 'HEAD')
        response.once('close', () => response.writableFinished && downloads.sent?.(file.taskId, end - start))
      return sendFile(incoming, response, answered, cache)
    }
    if (answered.refused !== undefined) {
      const { method, path } = request
      refusals.note(`${dialect.protocol}: ${answered.refused}`, { remoteAddress }, { method, path: maskSecrets(path) })
    }
    sendBytes(response, answered)
  }
}

/** The same answer for every cause, so that an attacker learns nothing from it. */
const tooMany = (refusal: BytesAnswer): BytesAnswer => ({
  ...refusal,
  status: 429,
  headers: { ...refusal.headers, 'Retry-After': '60' },
})

/** The first value of a repeated name counts; percent-decoded, `+` unchanged (docs/protocols/README.md §12.2). */
const queryOf = (target: string): ReadonlyMap<string, string> => {
  const query = new Map<string, string>()
  const start = target.indexOf('?')
  if (start < 0) return query
  for (const part of target
    .slice(start + 1)
    .replace(/#.*$/s, '')
    .split('&')) {
    const equals = part.indexOf('=')
    const name = percentDecode(equals < 0 ? part : part.slice(0, equals))
    if (name !== '' && !query.has(name)) query.set(name, equals < 0 ? '' : percentDecode(part.slice(equals + 1)))
  }
  return query
}

const headersOf = ({ headers }: IncomingMessage): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  )

const sendBytes = (response: ServerResponse, { status, headers, body, chunked }: BytesAnswer): void => {
  if (chunked) {
    response.writeHead(status, headers)
    response.write(body)
    response.end()
    return
  }
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'Content-Length': bytes.length }).end(bytes)
}

const sendFile = async (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, file, start, end }: FileAnswer,
  cache: ImageCache,
): Promise<void> => {
  const begin = () => writeHeadInOrder(response, status, { 'Content-Length': end - start, ...headers })
  if (request.method === 'HEAD') return void begin().end()
  const pieces = [{ start, end }]
  const image = cache.peek(file.sha256) ?? (await cache.load(file))
  if (request.socket.destroyed) return
  if (image) {
    begin()
    return sendFromMemory(request, response, image, pieces)
  }
  await using shared = await openShared(file.path)
  begin()
  await sendFromFile(request, response, shared.file, pieces)
}
