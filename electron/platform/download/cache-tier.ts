import { createSecretKey } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import { plainAddress } from '../connections/addresses.ts'
import { becomeBusy, hangUp } from '../connections/socket-admission.ts'
import { deviceDisposition } from '../http/answers.ts'
import { evaluateConditions } from '../http/conditions.ts'
import { type ByteRange, resolveRanges } from '../http/ranges.ts'
import { pathOf, type Route } from '../http/router.ts'
import { pieceCrc16 } from './crc16.ts'
import type { Artifact } from './download-claim.ts'
import { createTokenReader } from './download-tokens.ts'
import { DOWNLOAD_PREFIX, tokenOf } from './download-url.ts'
import { createDownloadHandler } from './handler.ts'
import type { ImageCache } from './image-cache.ts'
import { openShared } from './shared-files.ts'

/** Below these a cache in front of the station asks; no token is as short as `check`. */
export const CHECK_PREFIX = `${DOWNLOAD_PREFIX}check/`
export const FILL_PREFIX = `${DOWNLOAD_PREFIX}fill/`

type Options = Parameters<typeof createDownloadHandler>[0] & { readonly cache: ImageCache; readonly clock: Clock }

/** Larger pieces have no checksum, as in a download from the station itself. */
const CHECKSUM_BYTES_MAX = 1024 * 1024

/**
 * What a cache in front of the station needs (docs/scaling.md §4).
 * - `/ota/check/{token}/{name}`: whether the device may have the file now. 204 with its `ETag`, which is the digest and so the key in the
 *   cache, and the headers that belong to this device's request alone; or 403, after which the cache passes the request on to
 *   the station, which refuses it in its own words. The device's download is counted here.
 * - `/ota/fill/{token}/{name}`: the bytes for the cache, checked like a download and counted as none.
 */
export const cacheTierRoutes = (options: Options): Route[] => {
  const { host } = options
  const fill = createDownloadHandler({
    ...options,
    // The device is counted where the cache asks for it.
    host: { artifact: (claim) => host.artifact(claim), fetching: () => undefined },
  })
  return [
    { prefix: CHECK_PREFIX, handle: createCheck(options) },
    {
      prefix: FILL_PREFIX,
      handle: (request, response) => {
        request.url = downloadPath(request, FILL_PREFIX)
        return fill(request, response)
      },
    },
  ]
}

const downloadPath = (request: IncomingMessage, prefix: string): string =>
  `${DOWNLOAD_PREFIX}${pathOf(request.url ?? '/').slice(prefix.length)}`

const createCheck = ({ host, key, clock, cache }: Options): Route['handle'] => {
  const readToken = createTokenReader(createSecretKey(key))

  const artifactOf = (path: string): Artifact | undefined => {
    const token = tokenOf(path)
    if (token === undefined) return undefined
    const reading = readToken(token, clock.now())
    const artifact = reading.ok ? host.artifact(reading.claim) : 'gone'
    return typeof artifact === 'string' ? undefined : artifact
  }

  /** What the cache sends is counted as it is allowed: whether the device got all of it shows in its reports alone. */
  const count = (
    request: IncomingMessage,
    path: string,
    artifact: Artifact,
    asked: readonly ByteRange[] | undefined,
  ) => {
    const bytes = asked?.reduce((sum, { start, end }) => sum + end - start, 0) ?? artifact.size
    const named = one(request.headers['x-real-ip']) ?? ''
    const device = isIP(named) ? named : plainAddress(request.socket.remoteAddress)
    host.fetching(artifact.jobId)
    host.sent?.(artifact.jobId, bytes)
    host.served?.(artifact.jobId, {
      request: `GET ${path}`,
      remoteAddress: `${device} · cache`,
      range: request.headers.range,
      status: asked ? 206 : 200,
      bytes,
      complete: true,
    })
  }

  return async (request, response) => {
    const path = downloadPath(request, CHECK_PREFIX)
    const method = request.headers['x-ota-method'] ?? 'GET'
    const artifact = method === 'GET' || method === 'HEAD' ? artifactOf(path) : undefined
    if (!artifact) return deny(response)
    if (!becomeBusy(request.socket)) return hangUp(request.socket)
    const asked = method === 'GET' ? rangesOf(request, artifact) : undefined
    const range = asked?.length === 1 ? asked[0] : undefined
    const isSummed = artifact.pieceCrc16 && range && range.end - range.start <= CHECKSUM_BYTES_MAX
    // The station itself says then what is wrong with the file.
    const bytes = isSummed ? await bytesOf(artifact, range, cache).catch(() => 'unreadable' as const) : undefined
    if (bytes === 'unreadable') return deny(response)
    const checksum = bytes && { 'X-CRC16': pieceCrc16(one(request.headers['crc16-method']), bytes) }
    response.writeHead(204, { ETag: `"${artifact.sha256}"`, ...deviceDisposition(artifact.name), ...checksum }).end()
    if (method === 'GET') count(request, path, artifact, asked)
  }
}

const deny = (response: ServerResponse): void => {
  response.writeHead(403, { 'Content-Length': 0 }).end()
}

/** The ranges of the device's request; undefined where it gets the whole file, or a refusal that the cache makes itself. */
const rangesOf = ({ headers }: IncomingMessage, { sha256, size }: Artifact): readonly ByteRange[] | undefined => {
  const conditions = { ifMatch: undefined, ifNoneMatch: undefined, ifRange: one(headers['if-range']) }
  if (evaluateConditions(conditions, `"${sha256}"`) !== 'range') return undefined
  const answer = resolveRanges(headers.range, size)
  return answer.kind === 'parts' ? answer.ranges : undefined
}

const bytesOf = async (artifact: Artifact, { start, end }: ByteRange, cache: ImageCache): Promise<Uint8Array> => {
  const image = cache.peek(artifact.sha256) ?? (await cache.load(artifact))
  if (image) return image.subarray(start, end)
  await using shared = await openShared(artifact.path)
  const bytes = Buffer.alloc(end - start)
  const { bytesRead } = await shared.file.read(bytes, 0, bytes.length, start)
  return bytes.subarray(0, bytesRead)
}

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value.join(', ')
