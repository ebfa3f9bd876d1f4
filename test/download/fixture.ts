import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Clock, systemClock } from '../../electron/platform/basics/clock.ts'
import type { Artifact, DownloadClaim, DownloadHost, Served } from '../../electron/platform/download/download-claim.ts'
import { signToken } from '../../electron/platform/download/download-tokens.ts'
import { DOWNLOAD_PREFIX, downloadUrl } from '../../electron/platform/download/download-url.ts'
import { createFastAnswers, type FastAnswers } from '../../electron/platform/download/fast-answers.ts'
import { createDownloadHandler } from '../../electron/platform/download/handler.ts'
import { createImageCache, type ImageCacheLimits } from '../../electron/platform/download/image-cache.ts'
import { createDownloadServer } from '../../electron/platform/download/server.ts'
import { createRouter } from '../../electron/platform/http/router.ts'
import type { Identities } from '../../electron/platform/listeners/server-certificates.ts'

/** Bytes that differ from place to place, so that a wrong offset shows. */
export const patterned = (size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8) * 17 + (at >> 16)) & 0xff
  return bytes
}

export interface TestBench extends AsyncDisposable {
  readonly port: number
  readonly server: ReturnType<typeof createDownloadServer>
  /** Adds a file of a job and gives its URL. */
  offer(
    jobId: number,
    content: Buffer,
    fileName?: string,
  ): Promise<{ url: string; path: string; sha256: string; file: string }>
  /** URL of a claim that need not exist. */
  urlOf(claim: DownloadClaim, options?: { expiresAt?: number; key?: Buffer; fileName?: string }): string
  withdraw(jobId: number): void
  /** Jobs that were fetched, once for each request. */
  readonly fetched: number[]
  /** Outcomes of requests, and bytes of complete answers, in the order of their ends. */
  readonly served: readonly (Served & { readonly jobId: number })[]
  readonly sent: readonly { readonly jobId: number; readonly bytes: number }[]
  readonly logged: Record<string, unknown>[]
  /** Moves the clock (ms). */
  now: number
  /** Answers that were made for the fast path. */
  fast: number
}

/** A real download server on a free port of the loopback, over files in a directory of its own. */
export const startBench = async (
  options: { cache?: ImageCacheLimits; tls?: Identities; after?: Clock['after']; fast?: boolean } = {},
): Promise<TestBench> => {
  const directory = await mkdtemp(join(tmpdir(), 'ota-download-'))
  const key = Buffer.alloc(32, 1)
  const artifacts = new Map<number, Artifact>()
  const fetched: number[] = []
  const served: (Served & { jobId: number })[] = []
  const sent: { jobId: number; bytes: number }[] = []
  const logged: Record<string, unknown>[] = []
  const logger = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) })
  const clock = { now: () => bench.now, steady: () => bench.now, after: options.after ?? systemClock.after }
  const host: DownloadHost = {
    artifact: ({ jobId, file }) => (file === 0 ? artifacts.get(jobId) : undefined) ?? 'gone',
    fetching: (jobId) => void fetched.push(jobId),
    served: (jobId, what) => void served.push({ jobId, ...what }),
    sent: (jobId, bytes) => void sent.push({ jobId, bytes }),
  }
  const cache = createImageCache(options.cache)
  const handle = createDownloadHandler({ host, key, clock, logger, cache })
  const handler = createRouter([{ prefix: DOWNLOAD_PREFIX, handle }], logger)
  const answers = createFastAnswers({ host, key, clock, cache, takes: (path) => path.startsWith(DOWNLOAD_PREFIX) })
  const counted: FastAnswers = {
    to(request) {
      const answer = answers.to(request)
      if (answer && 'head' in answer) bench.fast++
      return answer
    },
  }
  const fast = options.fast === false ? undefined : { host, answers: counted }
  const server = createDownloadServer({ host: '127.0.0.1', port: 0, tls: options.tls, handler, fast, clock, logger })
  await server.start()

  const urlOf: TestBench['urlOf'] = (claim, { expiresAt = 60_000, key: signedWith = key, fileName = 'app.bin' } = {}) =>
    downloadUrl({
      scheme: options.tls ? 'https' : 'http',
      host: '127.0.0.1',
      port: server.port,
      token: signToken(signedWith, { ...claim, expiresAt }),
      fileName,
    })

  const bench: TestBench = {
    now: 0,
    fast: 0,
    port: server.port,
    server,
    fetched,
    served,
    sent,
    logged,
    urlOf,
    async offer(jobId, content, fileName = 'app.bin') {
      const sha256 = createHash('sha256').update(content).digest('hex')
      const path = join(directory, sha256)
      await writeFile(path, content)
      artifacts.set(jobId, { jobId, name: fileName, path, size: content.length, sha256 })
      const url = urlOf({ jobId, file: 0 }, { fileName })
      return { url, path, sha256, file: new URL(url).pathname }
    },
    withdraw: (jobId) => void artifacts.delete(jobId),
    async [Symbol.asyncDispose]() {
      await server.stop(0)
      await rm(directory, { recursive: true })
    },
  }
  return bench
}

/** Writes bytes to a port and collects what comes back until the other side closes, or `enough` says so. */
export const speak = (
  port: number,
  bytes: string | Buffer,
  enough: (received: Buffer) => boolean = () => false,
): Promise<Buffer> =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0)
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (enough(received)) socket.destroy()
    })
    // A reset is an answer too.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(received))
  })

/** How often this process has a file open; undefined where the system does not tell. */
export const openCount = async (path: string): Promise<number | undefined> => {
  if (process.platform !== 'linux') return undefined
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((link) => link === path).length
}
