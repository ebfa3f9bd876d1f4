import { mkdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { DATABASE } from '../store/store.ts'
import {
  BACKUPS,
  type BackupFile,
  backupTime,
  dropOldBackups,
  dropPartialBackups,
  freeBackupName,
  putInPlace,
} from './backup-files.ts'
import { inDatabaseThread } from './database-thread.ts'

/** The database is damaged, so a copy of it would only displace a good backup. */
export class DatabaseDamagedError extends StartFailure {
  override readonly name: string = 'DatabaseDamagedError'
  /** The database, an absolute path. */
  readonly file: string
  /** The damage in SQLite's words. */
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    super('DATABASE_DAMAGED', { file, detail: problems[0] ?? 'no database' })
    this.file = file
    this.problems = problems
  }
}

/** A copy would leave too little disk space for the station to continue. */
export class NoRoomForBackupError extends StartFailure {
  override readonly name: string = 'NoRoomForBackupError'
}

/** Bytes of free disk space that a backup must leave for the station. */
const MB = 1024 * 1024
const SPARE_BYTES = 64 * MB

/**
 * Makes one backup of a data directory's database, which may be in use, and deletes all but the newest seven. The copy is made and
 * checked in its own thread; an incomplete copy never gets the final name.
 * @param now Unix milliseconds, for its name.
 * @throws DatabaseDamagedError, NoRoomForBackupError, DatabaseFault, the system's own errors.
 */
export const makeBackup = async (directory: string, now: number, signal?: AbortSignal): Promise<BackupFile> => {
  const folder = join(directory, BACKUPS)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await dropPartialBackups(directory)
  const from = join(directory, DATABASE)
  await refuseWithoutRoom(from, folder)
  const name = await freeBackupName(directory, now)
  const path = join(folder, name)
  const partial = path.replace(/sqlite$/, 'partial')
  try {
    const { problems } = await inDatabaseThread({ kind: 'copy', from, to: partial }, signal)
    if (problems.length > 0) throw new DatabaseDamagedError(from, problems)
    await putInPlace(partial, path, folder)
  } finally {
    await rm(partial, { force: true })
  }
  await dropOldBackups(directory, name, now)
  return { name, path, at: backupTime(name) ?? now, size: (await stat(path)).size }
}

/** @throws NoRoomForBackupError when a copy of the database would leave too little space. */
export const refuseWithoutRoom = async (from: string, folder: string): Promise<void> => {
  const { size } = await stat(from)
  const room = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  )
  if (room < size + SPARE_BYTES)
    throw new NoRoomForBackupError('DISK_FULL', {
      directory: folder,
      free: phrase('phrases.freeForBackup', {
        free: Math.floor(room / MB),
        needed: Math.ceil((size + SPARE_BYTES) / MB),
      }),
    })
}
