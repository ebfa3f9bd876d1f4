import { createHash } from 'node:crypto'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import { isDiskFull } from '../basics/disk-full.ts'
import { DATABASE } from '../store/store.ts'
import { badArchive } from './archive-refusals.ts'
import { syncDirectory } from './backup-files.ts'
import { DAMAGED, DAMAGED_BYTES, Damaged, MANIFEST, MANIFEST_BYTES, Manifest, restoredBytes } from './manifest.ts'
import { BLOCK, ByteReader, bytesInArchive, readHeader, type TarEntry } from './tar.ts'

/** Bytes of free disk space that a restore must leave for the station. */
const SPARE_BYTES = 64 * 1024 * 1024
const BLOB = /^blobs\/([0-9a-f]{2})\/([0-9a-f]{64})$/
/** Reading stops after this many bytes of unknown data at the end. */
const TRAILING_BYTES = 1024 * 1024

interface ArchiveIn {
  readonly manifest: Manifest
  /** The number of package files that were already damaged when the archive was written, and are left out. */
  readonly damaged: number
}

/**
 * Streams an archive into a folder (absolute, empty): `ota-bench.sqlite`, `blobs/`, `tls/`, each checked by its digest and synced
 * to disk. It writes nothing else, whatever paths the archive names. It does not inspect the database.
 * @throws BACKUP_BAD with a text, DISK_FULL; errors of the source.
 */
export const receiveArchive = async (
  source: AsyncIterable<Uint8Array>,
  folder: string,
  onProgress: (bytes: number, total: number) => void = () => {},
): Promise<ArchiveIn> => {
  const reader = new ByteReader(source)
  const manifest = await readManifest(reader)
  const needed = restoredBytes(manifest)
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < needed + SPARE_BYTES) throw new DomainError('DISK_FULL')
  const total = needed + BLOCK * (manifest.blobs.files + manifest.tls.length + 3)
  for (const part of ['blobs', ...(manifest.tls.length > 0 ? ['tls'] : [])])
    await mkdir(join(folder, part), { mode: 0o700, recursive: true })
  const expected = new Map<string, { readonly size: number; readonly sha256: string }>([
    [DATABASE, manifest.database],
    ...manifest.tls.map((file): [string, { size: number; sha256: string }] => [`tls/${file.name}`, file]),
  ])
  const blobs = { left: manifest.blobs.files, bytes: manifest.blobs.bytes }
  const wrong = new Set<string>()
  const folders = new Set<string>([folder, join(folder, 'blobs')])
  for (;;) {
    onProgress(reader.taken, total)
    const entry = await nextEntry(reader)
    if (entry === 'end') throw badArchive('brokenOff')
    if (entry.kind === 'folder' && entry.size === 0) continue
    if (entry.kind !== 'file') throw badArchive('link', entry.name)
    if (entry.name === DAMAGED) {
      if (expected.size > 0 || blobs.left > 0 || blobs.bytes > 0) throw badArchive('brokenOff')
      await leaveOut(folder, wrong, await readDamaged(reader, entry))
      break
    }
    const sha256 = BLOB.exec(entry.name)
    const file = sha256 ? { size: entry.size, sha256: sha256[2] ?? '' } : expected.get(entry.name)
    if (!file || (sha256 && sha256[1] !== sha256[2]?.slice(0, 2))) throw badArchive('unknownFile', entry.name)
    if (file.size !== entry.size) throw badArchive('size', entry.name)
    if (sha256) {
      blobs.left -= 1
      blobs.bytes -= entry.size
      if (blobs.left < 0 || blobs.bytes < 0) throw badArchive('unknownFile', entry.name)
    } else expected.delete(entry.name)
    const path = join(folder, entry.name)
    folders.add(dirname(path))
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const found = await writeFile(reader, path, entry, () => onProgress(reader.taken, total))
    if (found === file.sha256) continue
    // Accepts only files that were already damaged when the archive was written; the archive lists them at its end.
    if (!sha256) throw badArchive('digest', entry.name)
    wrong.add(file.sha256)
  }
  await drainEnd(reader)
  for (const path of folders) await syncDirectory(path)
  return { manifest, damaged: wrong.size }
}

const nextEntry = async (reader: ByteReader): Promise<TarEntry | 'end'> => {
  const block = await reader.exactly(BLOCK)
  if (!block) throw badArchive('brokenOff')
  const entry = readHeader(block)
  if (!entry) throw badArchive('notArchive')
  return entry
}

const readManifest = async (reader: ByteReader): Promise<Manifest> => {
  const entry = await nextEntry(reader).catch((error: unknown) => {
    throw error instanceof DomainError && error.data.reason === 'brokenOff' ? badArchive('notArchive') : error
  })
  if (entry === 'end' || entry.kind !== 'file' || entry.name !== MANIFEST || entry.size > MANIFEST_BYTES)
    throw badArchive('notArchive')
  const text = await textOf(reader, entry)
  const parsed = Manifest.safeParse(jsonOf(text))
  if (!parsed.success) throw badArchive('manifest', parsed.error.issues[0]?.path.join('.') ?? '')
  return parsed.data
}

const readDamaged = async (reader: ByteReader, entry: TarEntry): Promise<readonly string[]> => {
  if (entry.size !== DAMAGED_BYTES) throw badArchive('size', DAMAGED)
  const parsed = Damaged.safeParse(jsonOf(await textOf(reader, entry)))
  if (!parsed.success) throw badArchive('manifest', DAMAGED)
  return parsed.data.blobs
}

/** Removes package files that were damaged before the archive was written, and refuses those that were damaged since. */
const leaveOut = async (folder: string, wrong: ReadonlySet<string>, told: readonly string[]): Promise<void> => {
  for (const sha256 of wrong) {
    const name = `blobs/${sha256.slice(0, 2)}/${sha256}`
    if (!told.includes(sha256)) throw badArchive('digest', name)
    await rm(join(folder, name), { force: true })
  }
}

const textOf = async (reader: ByteReader, { size, name }: TarEntry): Promise<string> => {
  const bytes = await reader.exactly(bytesInArchive(size) - BLOCK)
  if (!bytes) throw badArchive('brokenOff', name)
  return bytes.toString('utf8', 0, size)
}

const jsonOf = (text: string): unknown => {
  try {
    return isJsonDeeper(text, API_JSON_DEPTH) ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Writes all bytes of a file and syncs it. @returns their SHA-256. */
const writeFile = async (
  reader: ByteReader,
  path: string,
  { size, name }: TarEntry,
  onPiece: () => void,
): Promise<string> => {
  const digest = createHash('sha256')
  try {
    // Each file must occur once: a second one of the same name is refused.
    await using file = await open(path, 'wx', 0o600)
    let written = 0
    for await (const piece of reader.pieces(size)) {
      digest.update(piece)
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten
      written += piece.length
      onPiece()
    }
    if (written < size) throw badArchive('brokenOff', name)
    await file.sync()
  } catch (error) {
    if (isDiskFull(error)) throw new DomainError('DISK_FULL', {}, { cause: error })
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw badArchive('unknownFile', name)
    throw error
  }
  if (!(await reader.exactly(bytesInArchive(size) - BLOCK - size))) throw badArchive('brokenOff', name)
  return digest.digest('hex')
}

/** Reads the empty blocks at the end; some tar programs write more than two. */
const drainEnd = async (reader: ByteReader): Promise<void> => {
  const start = reader.taken
  for await (const piece of reader.pieces(TRAILING_BYTES + 1)) {
    if (piece.some((byte) => byte !== 0) || reader.taken - start > TRAILING_BYTES) throw badArchive('unknownFile')
  }
  if (reader.taken - start < 2 * BLOCK) throw badArchive('brokenOff')
}
