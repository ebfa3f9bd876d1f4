import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, open, rm, stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { StartFailure } from '../start-failure.ts'
import { DATABASE, migrations } from '../store/store.ts'
import { inDatabaseThread } from './database-thread.ts'
import { BACKUPS, backupTime, listBackups, stampOf } from './files.ts'
import { highestNumbers } from './numbers.ts'
import { dropPending, type PendingRestore, READY, RESTORE, readPending, writePending } from './pending.ts'
import { swapIn } from './swap.ts'

/** Asks for the newest backup instead of naming one. */
export const NEWEST = 'newest'

/**
 * Gets a backup of the database ready to take its place, checked and whole on disk; `completeRestore` then carries it out.
 * The caller holds the data directory.
 * @param wanted a path (from the working directory, or a name in `backups/`), or `NEWEST`.
 * @param now Unix milliseconds.
 * @throws StartFailure BACKUP_…, in words for people, nothing changed: there is none, or it is damaged, of another program or of a newer one.
 */
export const prepareBackup = async (directory: string, wanted: string, now: number): Promise<void> => {
  const path = await find(directory, wanted, now)
  const ready = join(directory, RESTORE, READY)
  await dropPending(directory)
  await mkdir(ready, { recursive: true, mode: 0o700 })
  const target = join(ready, DATABASE)
  try {
    await copyFile(path, target)
    await sync(target)
    await refuseBad(path, target)
  } catch (error) {
    await rm(join(directory, RESTORE), { recursive: true, force: true })
    throw error
  }
  const id = randomUUID()
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  await writePending(directory, {
    id,
    source: name,
    madeAt: backupTime(name) ?? null,
    operator: null,
    by: 'station',
    askedAt: now,
    parts: ['database'],
    aside: `${stampOf(now)}-restore-${id.slice(0, 8)}`,
  })
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

const sync = async (path: string): Promise<void> => {
  await using file = await open(path, 'r+')
  await file.chmod(0o600)
  await file.sync()
}

/** @param name the file as its person knows it; `path`: our copy of it. */
const refuseBad = async (name: string, path: string): Promise<void> => {
  const { problems, version } = await inDatabaseThread({ kind: 'inspect', file: path })
  if (problems.length > 0) throw new StartFailure('BACKUP_DAMAGED', { file: name, detail: problems[0] ?? '' })
  if (version > migrations.length)
    throw new StartFailure('BACKUP_TOO_NEW', { file: name, version, known: migrations.length })
}

/**
 * Carries out a restore that was decided on, up to the point where the database can be opened; what was cut off goes on. The
 * caller holds the data directory, and calls `settleRestored` and `dropPending` afterwards.
 * @returns undefined where none waits.
 */
export const completeRestore = async (
  directory: string,
  now: number,
): Promise<(PendingRestore & { readonly highest: NonNullable<PendingRestore['highest']> }) | undefined> => {
  const pending = await readPending(directory)
  if (!pending) {
    // Half an archive, or half a copy, of a restore that nobody decided on.
    await rm(join(directory, RESTORE), { recursive: true, force: true })
    return undefined
  }
  const highest = pending.highest ?? (await highestNumbers(directory, now))
  const known = { ...pending, highest }
  if (!pending.highest) await writePending(directory, known)
  await swapIn(directory, known)
  return known
}
