import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import { isPhrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { migrations } from '../store/store.ts'
import { BACKUPS, backupTime, listBackups } from './backup-files.ts'
import { highestNumbers } from './id-sequences.ts'
import { MANIFEST } from './manifest.ts'
import { asideName, type PendingRestore, RESTORE, readPending, writePending } from './pending-restore.ts'
import { readyArchive, readyDatabase } from './ready-restore.ts'
import { swapIn } from './swap-in.ts'

/** Value that selects the newest backup instead of a name. */
const NEWEST = 'newest'

/**
 * Prepares a backup for restore, checked and complete on disk; `completeRestore` then performs the restore. The caller holds the
 * data directory.
 * @param wanted a path (from the working directory, or a name in `backups/`) of a copy of the database or of a full backup, or
 * `NEWEST`.
 * @param now Unix milliseconds.
 * @throws StartFailure BACKUP_… with a readable text when the backup does not exist, is damaged, or comes from another or a newer
 * program; nothing is changed then.
 */
export const prepareRestore = async (directory: string, wanted: string, now: number): Promise<void> => {
  const path = await find(directory, wanted, now)
  const name = basename(path)
  const makeReady = async () =>
    (await isDatabase(path))
      ? readyDatabase(directory, path, backupTime(name) ?? null)
      : readyArchive(directory, createReadStream(path))
  const { parts, madeAt } = await makeReady().catch((error: unknown) => {
    throw cannotRead(error, path) ?? inWords(error, name, directory)
  })
  const id = randomUUID()
  await writePending(directory, {
    id,
    source: name,
    madeAt,
    operator: null,
    by: 'station',
    askedAt: now,
    parts,
    aside: asideName(now, id),
  })
}

/** Whether a file starts with SQLite's header; a file that is neither a database nor an archive is reported as a damaged database. */
const isDatabase = async (path: string): Promise<boolean> => {
  await using file = await open(path)
  const head = Buffer.alloc(MANIFEST.length)
  await file.read(head, 0, head.length, 0)
  return head.toString('latin1') !== MANIFEST
}

/** The operating system denies us read access to the backup, wherever it is. */
const cannotRead = (error: unknown, file: string): StartFailure | undefined =>
  error instanceof Error && 'path' in error && error.path === file
    ? new StartFailure('BACKUP_DAMAGED', { file, detail: error.message }, { cause: error })
    : undefined

const inWords = (error: unknown, file: string, directory: string): unknown => {
  if (!(error instanceof DomainError)) return error
  const { code, data } = error
  if (code === 'DISK_FULL') return new StartFailure('DISK_FULL', { directory, free: '?' }, { cause: error })
  return code === 'BACKUP_BAD'
    ? new StartFailure(
        data.reason === 'tooNew' ? 'BACKUP_TOO_NEW' : 'BACKUP_DAMAGED',
        {
          file,
          detail: isPhrase(data.detail) ? data.detail : String(data.detail),
          version: Number(data.version),
          known: migrations.length,
        },
        { cause: error },
      )
    : error
}

const find = async (directory: string, wanted: string, now: number): Promise<string> => {
  const folder = join(directory, BACKUPS)
  if (wanted === NEWEST) {
    const [newest] = await listBackups(directory, now)
    if (!newest) throw new StartFailure('BACKUP_NONE', { folder })
    return newest.path
  }
  for (const path of [resolve(wanted), ...(isAbsolute(wanted) ? [] : [join(folder, wanted)])])
    if ((await stat(path).catch(() => undefined))?.isFile()) return path
  throw new StartFailure('BACKUP_MISSING', { file: wanted, folder })
}

/**
 * Performs a confirmed restore up to the point where the database can be opened; an interrupted one continues. The caller holds
 * the data directory, and calls `settleRestored` and `dropPending` afterwards.
 * @returns undefined when no restore is pending.
 */
export const completeRestore = async (
  directory: string,
  now: number,
): Promise<(PendingRestore & { readonly highest: NonNullable<PendingRestore['highest']> }) | undefined> => {
  const pending = await readPending(directory)
  if (!pending) {
    // A partial archive or copy of a restore that nobody confirmed.
    await rm(join(directory, RESTORE), { recursive: true, force: true })
    return undefined
  }
  const highest = pending.highest ?? (await highestNumbers(directory, now))
  const known = { ...pending, highest }
  if (!pending.highest) await writePending(directory, known)
  await swapIn(directory, known)
  return known
}
