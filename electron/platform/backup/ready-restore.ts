import { access, copyFile, lstat, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import { isDiskFull } from '../basics/disk-full.ts'
import { DATABASE, migrations } from '../store/store.ts'
import { badArchive } from './archive-refusals.ts'
import { syncDirectory } from './backup-files.ts'
import type { DatabaseHoldings } from './database-job.ts'
import { inDatabaseThread } from './database-thread.ts'
import { dropPending, type PendingRestore, READY, RESTORE } from './pending-restore.ts'
import { receiveArchive } from './receive-archive.ts'

/** A restore that is complete on disk and waits for confirmation. */
export interface ReadyRestore {
  readonly parts: PendingRestore['parts']
  /** When it was made, Unix milliseconds; null when unknown. */
  readonly madeAt: number | null
  readonly holds: Omit<DatabaseHoldings, 'contents'>
  /** Package files that its database names and that exist neither in the restore nor in the data directory. */
  readonly missingFiles: number
}

/** Creates the empty folder of a restore below a data directory. @returns its path. */
const makeRoom = async (directory: string): Promise<string> => {
  const ready = join(directory, RESTORE, READY)
  await dropPending(directory)
  await mkdir(ready, { recursive: true, mode: 0o700 })
  return ready
}

/**
 * Prepares an archive to replace the current data: streams it to disk and checks every file by its digest and the database by its
 * schema. It replaces nothing yet, and removes its files on any failure.
 * @throws BACKUP_BAD with a text, DISK_FULL; errors of the source.
 */
export const readyArchive = async (
  directory: string,
  source: AsyncIterable<Uint8Array>,
  onProgress?: (bytes: number, total: number) => void,
): Promise<ReadyRestore> => {
  const ready = await makeRoom(directory)
  try {
    const { manifest } = await receiveArchive(source, ready, onProgress)
    const parts: PendingRestore['parts'] = ['database', 'blobs', ...(manifest.tls.length > 0 ? (['tls'] as const) : [])]
    await refuseOtherDisks(directory, parts)
    const { contents, ...holds } = await inspect(join(ready, DATABASE))
    const missing = await Promise.all(
      contents.map((sha256) => isMissing(join(ready, 'blobs', sha256.slice(0, 2), sha256))),
    )
    await syncDirectory(ready)
    return { parts, madeAt: Date.parse(manifest.createdAt), holds, missingFiles: missing.filter(Boolean).length }
  } catch (error) {
    await dropPending(directory)
    throw inWords(error)
  }
}

/** Prepares a copy of the database alone: one of the station's backups or a similar file (absolute path). @throws as `readyArchive`. */
export const readyDatabase = async (directory: string, path: string, madeAt: number | null): Promise<ReadyRestore> => {
  const ready = await makeRoom(directory)
  try {
    const target = join(ready, DATABASE)
    await copyFile(path, target)
    {
      await using file = await open(target, 'r+')
      await file.chmod(0o600)
      await file.sync()
    }
    const { contents, ...holds } = await inspect(target)
    const missing = await Promise.all(
      contents.map((sha256) => isMissing(join(directory, 'blobs', sha256.slice(0, 2), sha256))),
    )
    return { parts: ['database'], madeAt, holds, missingFiles: missing.filter(Boolean).length }
  } catch (error) {
    await dropPending(directory)
    throw inWords(error)
  }
}

const inWords = (error: unknown): unknown =>
  isDiskFull(error) ? new DomainError('DISK_FULL', {}, { cause: error }) : error

/** Checks that the database of a restore belongs to this program and is intact, and migrates it to the current schema. @throws BACKUP_BAD. */
const inspect = async (file: string): Promise<DatabaseHoldings> => {
  const { problems, foreign = [], version, holds } = await inDatabaseThread({ kind: 'inspect', file })
  if (version > migrations.length) throw badArchive('tooNew', '', { version })
  if (foreign[0]) throw badArchive('database', foreign[0])
  if (problems.length > 0 || !holds) throw badArchive('database', problems[0])
  return holds
}

/** A folder that is its own mount point cannot be moved aside in one step. */
const refuseOtherDisks = async (directory: string, parts: readonly string[]): Promise<void> => {
  const { dev } = await lstat(directory)
  for (const part of parts) {
    const found = await lstat(join(directory, part)).catch(() => undefined)
    if (found?.isDirectory() && found.dev !== dev) throw badArchive('otherDisk', part)
  }
}

const isMissing = (path: string): Promise<boolean> =>
  access(path).then(
    () => false,
    () => true,
  )
