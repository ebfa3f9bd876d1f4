import type { Clock } from '../basics/clock.ts'
import type { Random } from '../basics/random.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { Artifact, DownloadHost } from '../download/download-claim.ts'
import { signToken } from '../download/download-tokens.ts'
import { downloadUrl } from '../download/download-url.ts'

/** Claims from here on belong to no job: jobs are numbered from 1 and never get this far. */
const FIRST_CLAIM = 2 ** 46
/** An address is good until it is closed; its token does not end earlier. */
const TOKEN_MS = 7 * 24 * 3600 * 1000

/** What the download server answered to requests for a file so far. */
export interface Answered {
  readonly requests: number
  /** The latest status; undefined before the first request. */
  readonly status: number | undefined
  /** The farthest byte of the file that left the station. */
  readonly bytes: number
}

/** A stored file under an address of its own. */
export interface HandedOutFile {
  readonly url: string
  answered(): Answered
  /** From now on the address answers 410. */
  close(): void
}

interface HandOut {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly host: string
  /** Characters of the whole address. */
  readonly urlMax: number
}

interface Entry {
  readonly artifact: Artifact
  answered: Answered
}

interface Deps {
  readonly clock: Clock
  readonly random: Random
  readonly key: Uint8Array
  readonly blobs: Pick<BlobStore, 'path'>
  readonly httpPort: () => number
}

/** The first byte of a single range; 0 for everything else. */
const startOf = (range: string | undefined): number => Number(/^bytes=(\d+)-\d*$/.exec(range ?? '')?.[1] ?? 0)

/** Files that the station hands out besides jobs, each under an address that ends when its purpose does. */
export const createHandedOutFiles = ({ clock, random, key, blobs, httpPort }: Deps) => {
  const entries = new Map<number, Entry>()

  /** Unpredictable, so that an address of an earlier start of the station never serves another file. */
  const freeClaim = (): number => {
    for (;;) {
      const claim = FIRST_CLAIM + Buffer.from(random.token(6), 'base64url').readUIntBE(0, 5)
      if (!entries.has(claim)) return claim
    }
  }

  return {
    /** @throws RangeError: no address of that length can hold the token. */
    open({ name, size, sha256, host, urlMax }: HandOut): HandedOutFile {
      const jobId = freeClaim()
      const url = downloadUrl({
        ...{ scheme: 'http', host, port: httpPort(), fileName: name, urlMax },
        token: signToken(key, { jobId, file: 0, expiresAt: clock.steady() + TOKEN_MS }),
      })
      const entry: Entry = {
        artifact: {
          ...{ jobId, name, size, sha256, path: blobs.path(sha256) },
          followed: (end) => {
            const { answered } = entry
            entry.answered = { ...answered, bytes: Math.max(answered.bytes, end) }
          },
        },
        answered: { requests: 0, status: undefined, bytes: 0 },
      }
      entries.set(jobId, entry)
      return { url, answered: () => entry.answered, close: () => void entries.delete(jobId) }
    },

    /** The download server's view: these files, and those of `jobs`. */
    before(jobs: DownloadHost): DownloadHost {
      const of = (jobId: number) => entries.get(jobId)
      return {
        ...jobs,
        artifact: (claim) => (claim.jobId < FIRST_CLAIM ? jobs.artifact(claim) : (of(claim.jobId)?.artifact ?? 'gone')),
        fetching: (jobId) => {
          if (jobId < FIRST_CLAIM) jobs.fetching(jobId)
        },
        served: (jobId, served) => {
          if (jobId < FIRST_CLAIM) return jobs.served?.(jobId, served)
          const entry = of(jobId)
          if (!entry) return
          const { requests, bytes } = entry.answered
          const end = served.complete && served.status < 400 ? startOf(served.range) + served.bytes : 0
          entry.answered = { requests: requests + 1, status: served.status, bytes: Math.max(bytes, end) }
        },
        sent: (jobId, bytes) => {
          if (jobId < FIRST_CLAIM) jobs.sent?.(jobId, bytes)
        },
      }
    },
  }
}

export type HandedOutFiles = ReturnType<typeof createHandedOutFiles>
