import { createHash, randomUUID } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DomainError } from '#shared/errors.ts'
import type { Clock } from '../basics/clock.ts'
import { isDiskFull } from '../basics/disk-full.ts'

/** Bytes hashed at a time: about 0.2 ms of the serving thread. */
const STEP_BYTES = 64 * 1024
const MB = 1024 * 1024

/** A file that has arrived completely and is on disk, but not yet under its final name. */
export interface Staged {
  readonly id: string
  readonly name: string
  readonly size: number
  /** Lower-case hex. */
  readonly md5: string
  readonly sha256: string
  /** Milliseconds since 1970. */
  readonly stagedAt: number
}

interface StageOptions {
  /** File name, for the record and for error texts; never part of a path. */
  readonly name: string
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

/** Any source of bytes: a request, a part of a form, a file. */
export type ByteSource = NodeJS.ReadableStream | AsyncIterable<Uint8Array>

/** Opens a part file for writing; injected so that tests can simulate a full disk. */
export type OpenPart = (path: string) => Promise<FileHandle>

/** Creates new files only, readable by the owner alone. */
const openPart: OpenPart = (path) => open(path, 'wx', 0o600)

/** Incoming files. */
export interface Staging {
  stage(source: ByteSource, options: StageOptions): Promise<Staged>
  stageFile(path: string, options: Partial<StageOptions> & Pick<StageOptions, 'maxBytes'>): Promise<Staged>
  /** Path of a file that has arrived completely. */
  wholePath(id: string): string
  /** Removes partial files that were not written to for that long (ms), except those still arriving. */
  sweep(olderThanMs: number): Promise<void>
  /** Names of all completely received files. */
  whole(): Promise<{ readonly id: string; readonly name: string }[]>
}

/** Suffixes of a partial and of a complete file, so that leftovers of a killed station can be told apart. */
const PART = '.part'
const WHOLE = '.whole'

/** Creates the staging folder of a data directory; the data directory must exist. */
export const createStaging = (directory: string, clock: Pick<Clock, 'now'>, openFile: OpenPart = openPart): Staging => {
  const arriving = new Set<string>()
  const partPath = (id: string) => join(directory, `${id}${PART}`)
  const wholePath = (id: string) => join(directory, `${id}${WHOLE}`)

  /** Writes a source to its part file, hashes it on the way, and syncs it. */
  const receive = async (
    source: ByteSource,
    id: string,
    digest: ReturnType<typeof createDigest>,
    { name, maxBytes, signal }: StageOptions,
  ): Promise<void> => {
    await using file = await openFile(partPath(id))
    await pipeline(
      source,
      async (chunks: AsyncIterable<Uint8Array | string>) => {
        for await (const chunk of chunks) {
          if (digest.size + chunk.length > maxBytes) throw tooLarge(name, maxBytes)
          for (const step of steps(chunk)) await Promise.all([writeAll(file, step), digest.update(step)])
        }
      },
      { signal },
    )
    await file.sync()
  }

  const stage: Staging['stage'] = async (source, { name, maxBytes, signal }) => {
    const id = randomUUID()
    arriving.add(id)
    try {
      const digest = createDigest()
      await receive(source, id, digest, { name, maxBytes, ...(signal ? { signal } : {}) })
      if (digest.size === 0) throw new DomainError('FILE_EMPTY', { file: name })
      await rename(partPath(id), wholePath(id))
      return { id, name, size: digest.size, ...digest.finish(), stagedAt: clock.now() }
    } catch (error) {
      await rm(partPath(id), { force: true })
      throw isDiskFull(error) ? new DomainError('DISK_FULL', {}, { cause: error }) : error
    } finally {
      arriving.delete(id)
    }
  }

  return {
    wholePath,
    stage,

    async stageFile(path, { name = basename(path), maxBytes, signal }) {
      const found = await stat(path).catch(() => undefined)
      if (!found?.isFile()) throw new DomainError('FILE_MISSING', { file: name })
      if (found.size > maxBytes) throw tooLarge(name, maxBytes)
      await using file = await open(path)
      return await stage(file.createReadStream({ highWaterMark: STEP_BYTES, autoClose: false }), {
        name,
        maxBytes,
        signal,
      })
    },

    async sweep(olderThanMs) {
      for (const entry of await readdir(directory)) {
        if (!entry.endsWith(PART) || arriving.has(entry.slice(0, -PART.length))) continue
        const path = join(directory, entry)
        const found = await stat(path).catch(() => undefined)
        if (found && found.mtimeMs <= clock.now() - olderThanMs) await rm(path, { force: true })
      }
    },

    whole: async () =>
      (await readdir(directory))
        .filter((name) => name.endsWith(WHOLE))
        .map((name) => ({ id: name.slice(0, -WHOLE.length), name })),
  }
}

const tooLarge = (file: string, maxBytes: number) =>
  new DomainError('PAYLOAD_TOO_LARGE', { file, limit: `${Math.floor((maxBytes / MB) * 100) / 100} MB`, maxBytes })

function* steps(chunk: Uint8Array | string): Generator<Uint8Array> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  for (let at = 0; at < bytes.length; at += STEP_BYTES) yield bytes.subarray(at, at + STEP_BYTES)
}

const writeAll = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

const createDigest = () => {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  let size = 0
  return {
    get size() {
      return size
    },
    update(bytes: Uint8Array): void {
      size += bytes.length
      md5.update(bytes)
      sha256.update(bytes)
    },
    finish: () => ({ md5: md5.digest('hex'), sha256: sha256.digest('hex') }),
  }
}
