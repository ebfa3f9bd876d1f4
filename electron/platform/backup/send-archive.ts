import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DATABASE } from '../store/store.ts'
import { BACKUPS, stampOf } from './backup-files.ts'
import { inDatabaseThread } from './database-thread.ts'
import { DatabaseDamagedError, refuseWithoutRoom } from './make-backup.ts'
import { DAMAGED, DAMAGED_BYTES, DAMAGED_MOST, MANIFEST, type Manifest } from './manifest.ts'
import { bytesInArchive, endOfArchive, headerOf, paddingOf } from './tar.ts'

/** Folder of temporary database copies from which archives are written. */
const COPY = /^archive-[\w-]+[.]tmp/

/** A full backup that is ready to send. */
export interface ArchiveOut {
  readonly fileName: string
  /** Total bytes of all pieces. */
  readonly size: number
  /** Can be iterated once. Temporary files are removed even when the caller stops early. */
  readonly pieces: AsyncIterable<Buffer>
  /** Removes the temporary files of an archive that is never sent; idempotent. */
  close(): Promise<void>
}

interface ArchiveOptions {
  readonly directory: string
  /** Unix milliseconds. */
  readonly now: number
  readonly program: string
  /** Keeps every package file in place until the returned function is called. */
  readonly hold: () => () => void
  readonly signal?: AbortSignal
}

interface Member {
  readonly name: string
  readonly size: number
  readonly source: Buffer | { readonly path: string; readonly sha256?: string }
}

/**
 * Prepares one archive of database, certificates and package files in their current state; the station continues to work
 * meanwhile.
 * @throws DatabaseDamagedError, NoRoomForBackupError, DatabaseFault, the system's own errors.
 */
export const createArchive = async ({ directory, now, program, hold, signal }: ArchiveOptions): Promise<ArchiveOut> => {
  const folder = join(directory, BACKUPS)
  const copy = join(folder, `archive-${randomUUID()}.tmp`)
  const release = hold()
  const close = async (): Promise<void> => {
    release()
    await rm(copy, { force: true })
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const from = join(directory, DATABASE)
    await refuseWithoutRoom(from, folder)
    const {
      problems,
      version,
      sha256 = '',
    } = await inDatabaseThread({ kind: 'copy', from, to: copy, digest: true }, signal)
    if (problems.length > 0) throw new DatabaseDamagedError(from, problems)
    const { size } = await stat(copy)
    const tls = await certificates(join(directory, 'tls'))
    const blobs = await packageFiles(join(directory, 'blobs'))
    const manifest: Manifest = {
      format: 'ota-bench-backup',
      formatVersion: 1,
      program,
      dataVersion: version,
      createdAt: new Date(now).toISOString(),
      database: { size, sha256 },
      tls: tls.map(({ name, bytes }) => ({ name, size: bytes.length, sha256: digestOf(bytes) })),
      blobs: { files: blobs.length, bytes: blobs.reduce((sum, blob) => sum + blob.size, 0) },
    }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
    const members: Member[] = [
      { name: MANIFEST, size: text.length, source: text },
      { name: DATABASE, size, source: { path: copy } },
      ...tls.map(({ name, bytes }) => ({ name: `tls/${name}`, size: bytes.length, source: bytes })),
      ...blobs.map(({ sha256, size, path }) => ({
        name: `blobs/${sha256.slice(0, 2)}/${sha256}`,
        size,
        source: { path, sha256 },
      })),
    ]
    return {
      fileName: `ota-bench-backup-${stampOf(now)}.tar`,
      size:
        members.reduce((sum, member) => sum + bytesInArchive(member.size), 0) +
        bytesInArchive(DAMAGED_BYTES) +
        endOfArchive().length,
      pieces: write(members, new Date(now), close),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Removes copies of a killed station. */
export const dropArchiveCopies = async (directory: string): Promise<void> => {
  const folder = join(directory, BACKUPS)
  for (const name of await readdir(folder).catch(() => []))
    if (COPY.test(name)) await rm(join(folder, name), { force: true })
}

async function* write(members: readonly Member[], at: Date, close: () => Promise<void>): AsyncGenerator<Buffer> {
  const damaged: string[] = []
  try {
    for (const { name, size, source } of members) {
      yield headerOf(name, size, at)
      if (Buffer.isBuffer(source)) yield source
      else {
        const whole = yield* fileOf(source.path, size, source.sha256)
        if (!whole && source.sha256 === undefined) throw new Error('the copy of the database cannot be read')
        if (!whole && source.sha256 !== undefined && damaged.length < DAMAGED_MOST) damaged.push(source.sha256)
      }
      yield paddingOf(size)
    }
    yield headerOf(DAMAGED, DAMAGED_BYTES, at)
    yield Buffer.from(JSON.stringify({ blobs: damaged }).padEnd(DAMAGED_BYTES))
    yield endOfArchive()
  } finally {
    await close()
  }
}

/** Yields exactly that many bytes of a file; replaces bytes that the disk does not return by zeros. @returns whether the content is correct. */
async function* fileOf(path: string, size: number, sha256: string | undefined): AsyncGenerator<Buffer, boolean> {
  const digest = sha256 === undefined ? undefined : createHash('sha256')
  let left = size
  let readable = true
  try {
    if (size > 0)
      for await (const piece of createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>) {
        left -= piece.length
        digest?.update(piece)
        yield piece
      }
  } catch {
    readable = false
  }
  const whole = readable && left === 0 && (digest === undefined || digest.digest('hex') === sha256)
  for (; left > 0; left -= BLANK.length) yield BLANK.subarray(0, left)
  return whole
}

const BLANK = Buffer.alloc(64 * 1024)

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const certificates = async (folder: string): Promise<{ name: string; bytes: Buffer }[]> => {
  const found: { name: string; bytes: Buffer }[] = []
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => []))
    if (entry.isFile() && /^[A-Za-z0-9]/.test(entry.name))
      found.push({ name: entry.name, bytes: await readFile(join(folder, entry.name)) })
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const packageFiles = async (folder: string): Promise<{ sha256: string; size: number; path: string }[]> => {
  const found: { sha256: string; size: number; path: string }[] = []
  for (const part of await readdir(folder).catch(() => []))
    for (const sha256 of await readdir(join(folder, part)).catch(() => [])) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) continue
      const path = join(folder, part, sha256)
      const file = await stat(path).catch(() => undefined)
      if (file?.isFile()) found.push({ sha256, size: file.size, path })
    }
  return found
}
