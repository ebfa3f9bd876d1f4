import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  type Stats,
  statSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Logger } from '../basics/logger.ts'
import { DATABASE, DATABASE_INDEX, DATABASE_LOG, DESKTOP, FOLDERS, isOwnName, LOCK } from './files.ts'

const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600
/** The permission bits of users other than the owner. */
const OF_OTHERS = 0o077
const STICKY = 0o1000

/** Files beside the database that are useless without it. The window's files and the lock are not data. */
const PARTS = ['blobs', 'backups', 'tls', DATABASE_LOG] as const

/** Creates a data directory (absolute) for its owner alone when it is missing. @throws the system's error. */
export const makeDirectory = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE })
}

/**
 * Checks that the station can read and write the files it needs, before anything is changed, because SQLite's errors do not name
 * the file.
 * @throws the system's error, with the path.
 */
const checkAccess = (directory: string): void => {
  const { R_OK, W_OK, X_OK } = constants
  accessSync(directory, R_OK | W_OK | X_OK)
  for (const name of [DATABASE, DATABASE_LOG, DATABASE_INDEX, LOCK]) {
    const file = join(directory, name)
    if (existsSync(file)) accessSync(file, R_OK | W_OK)
  }
  for (const name of ['blobs', 'staging', 'tls', 'backups']) {
    const folder = join(directory, name)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) accessSync(folder, R_OK | W_OK | X_OK)
  }
}

/** Creates or prepares a data directory: readable and writable, by its owner alone. @throws the system's errors. */
export const prepareDirectory = (directory: string, logger: Logger): void => {
  makeDirectory(directory)
  checkAccess(directory)
  const open = closeToOthers(directory)
  if (open.length > 0)
    logger.warn({ open }, 'other users of this machine may read these, and they could not be closed to them')
}

/** Names of the non-empty parts of a data directory. */
export const partsOf = (directory: string): string[] =>
  PARTS.filter((name) => {
    const path = join(directory, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found) return false
    return found.isDirectory() ? holdsFile(path) : found.size > 0
  })

const holdsFile = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some((entry) =>
    entry.isDirectory() ? holdsFile(join(folder, entry.name)) : true,
  )

/**
 * Removes all permissions of other users that earlier versions and copies left: the database and its log contain device secrets,
 * and `tls` contains keys. It does not follow links. In a directory that also holds other things, it only changes the station's
 * own entries. Windows has no such permission bits.
 * @returns what stays open: entries owned by another user, or a directory that is not ours alone.
 */
export const closeToOthers = (directory: string): string[] => {
  if (process.platform === 'win32') return []
  const open: string[] = []
  const close = (path: string, found: Stats): void => {
    if ((found.mode & OF_OTHERS) === 0) return
    try {
      chmodSync(path, found.mode & (found.isDirectory() ? DIRECTORY_MODE : FILE_MODE))
    } catch {
      open.push(path)
    }
  }
  const closeAll = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (!found || found.isSymbolicLink()) continue
      if (found.isDirectory()) closeFolder(path, found)
      else close(path, found)
    }
  }
  const closeFolder = (path: string, found: Stats): void => {
    // A folder is closed after its content, so that a start need not walk through thousands of files again.
    if ((found.mode & OF_OTHERS) !== 0) closeAll(path)
    close(path, found)
  }
  for (const name of FOLDERS) {
    const path = join(directory, name)
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found?.isDirectory()) continue
    if (name === 'tls' || name === 'backups') closeAll(path)
    if (name === DESKTOP) close(path, found)
    else closeFolder(path, found)
  }
  for (const name of [DATABASE, DATABASE_LOG, DATABASE_INDEX, LOCK]) {
    const found = lstatSync(join(directory, name), { throwIfNoEntry: false })
    if (found?.isFile()) close(join(directory, name), found)
  }
  const top = statSync(directory)
  if (isOurs(directory, top)) close(directory, top)
  else if ((top.mode & OF_OTHERS) !== 0) open.push(directory)
  return open
}

/** Whether the directory holds nothing but the station's data. */
const isOurs = (directory: string, { mode }: Stats): boolean =>
  (mode & STICKY) === 0 &&
  directory !== homedir() &&
  directory !== dirname(directory) &&
  readdirSync(directory).every(isOwnName)
