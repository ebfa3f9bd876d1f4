import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Folder of the station's own database backups, below the data directory. */
export const BACKUPS = 'backups'
/** The number of backups that are kept. */
const BACKUPS_KEPT = 7

const DAY_MS = 86_400_000
const NAME = /^ota-bench-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z[.]sqlite$/
/** Suffix of an unfinished copy. A killed station can leave one, and the next start removes it. */
const PARTIAL = /^ota-bench-.*[.]partial(-journal|-wal|-shm)?$/

/** One automatic backup of the database. */
export interface BackupFile {
  /** `ota-bench-20261130T135017Z.sqlite` */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** When it was made, Unix milliseconds, whole seconds. */
  readonly at: number
  /** Bytes. */
  readonly size: number
}

/** A time in the format of file names: UTC, `20261130T135017Z`. */
export const stampOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** The file name of a backup made at that time, Unix milliseconds. */
export const backupName = (at: number): string => `ota-bench-${stampOf(at)}.sqlite`

/** When a backup of that name was made, Unix milliseconds; undefined when the name is not a backup's. */
export const backupTime = (name: string): number | undefined => {
  const match = NAME.exec(name)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : at
}

/**
 * Sorts newest first. Backups dated in the future were made under a wrong clock and come last; otherwise one start with a clock
 * years ahead would hide every later backup.
 */
export const newestFirst = <T extends { readonly at: number }>(backups: readonly T[], now: number): T[] => {
  const ofFuture = ({ at }: T): boolean => at > now + DAY_MS
  return [...backups].sort((a, b) => Number(ofFuture(a)) - Number(ofFuture(b)) || b.at - a.at)
}

/**
 * The backups of a data directory, newest first; empty when the folder does not exist. The files are not opened: a damaged one is
 * detected when it is restored.
 * @param now Unix milliseconds.
 */
export const listBackups = async (directory: string, now: number): Promise<BackupFile[]> => {
  const folder = join(directory, BACKUPS)
  const found: BackupFile[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const at = backupTime(name)
    const path = join(folder, name)
    const file = at === undefined ? undefined : await stat(path).catch(() => undefined)
    if (at !== undefined && file?.isFile()) found.push({ name, path, at, size: file.size })
  }
  return newestFirst(found, now)
}

/** Deletes all but the newest seven backups, but never the one called `made`. */
export const dropOldBackups = async (directory: string, made: string, now: number): Promise<void> => {
  const others = (await listBackups(directory, now)).filter(({ name }) => name !== made)
  for (const { path } of others.slice(BACKUPS_KEPT - 1)) await rm(path, { force: true })
}

/** Removes unfinished copies of a killed station. */
export const dropPartialBackups = async (directory: string): Promise<void> => {
  const folder = join(directory, BACKUPS)
  for (const name of await readdir(folder).catch(() => []))
    if (PARTIAL.test(name)) await rm(join(folder, name), { force: true })
}

/** A name that no backup has yet: of two backups within one second, the later gets the next second. */
export const freeBackupName = async (directory: string, now: number): Promise<string> => {
  const taken = new Set(await readdir(join(directory, BACKUPS)).catch(() => []))
  let at = now
  while (taken.has(backupName(at))) at += 1000
  return backupName(at)
}

/** Renames a complete file atomically, also on power loss. The file must already be synced. */
export const putInPlace = async (from: string, to: string, folder: string): Promise<void> => {
  await rename(from, to)
  await syncDirectory(folder)
}

/** Makes directory entries survive a power loss. Windows has no such call and needs none. */
export const syncDirectory = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using directory = await open(path)
  await directory.sync()
}
