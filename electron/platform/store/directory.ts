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
/** What others than the owner may do. */
const OF_OTHERS = 0o077
const STICKY = 0o1000

/** What lies beside the database and is of no use without it. The window's files and the lock are no data. */
const PARTS = ['blobs', 'backups', 'tls', DATABASE_LOG] as const

/** Makes a data directory (absolute) where there is none, for its owner alone. @throws the system's error. */
export const makeDirectory = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE })
}

/**
 * Whether the station may read and write what it needs, asked before anything is touched: SQLite's own errors do not name
 * the file. @throws the system's error, with the path.
 */
export const checkAccess = (directory: string): void => {
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

/**
 * Makes a data directory or gets it ready for use: one that can be read and written, and by its owner alone.
 * @throws the system's errors.
 */
export const prepareDirectory = (directory: string, logger: Logger): void => {
  makeDirectory(directory)
  checkAccess(directory)
  const open = closeToOthers(directory)
  if (open.length > 0)
    logger.warn({ open }, 'other users of this machine may read these, and they could not be closed to them')
}

/** Names of the parts of a data directory that hold something. */
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
 * Takes from everybody but the owner what earlier versions and copies left open to them: device secrets stand in the database
 * and its log, keys in `tls`. Links are not followed. A directory that holds other things as well is left as it is, only
 * what is ours in it is closed. Windows has no such bits.
 * @returns what stays open: owned by another user, or a directory that is not ours alone.
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
    // A folder is closed after all that is in it: thousands of files are not gone through at every start.
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

/** Not a place that somebody has for other things as well. */
const isOurs = (directory: string, { mode }: Stats): boolean =>
  (mode & STICKY) === 0 &&
  directory !== homedir() &&
  directory !== dirname(directory) &&
  readdirSync(directory).every(isOwnName)
