import { type Stats, statfsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { StartFailure } from '../basics/start-failure.ts'
import { DATABASE } from './files.ts'

/** Below this free space, SQLite's I/O errors count as a full disk: SQLite does not always say so. */
const NO_ROOM_BYTES = 1024 * 1024

/** An error of the system or of SQLite; both carry a code. */
interface CodedError extends Error {
  readonly code: string
  readonly path?: unknown
}

const isCoded = (error: unknown): error is CodedError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

/** A short description of the error: the system's message without its code and call. */
const detailOf = ({ message }: Error): string => message.replace(/^[A-Z_]+: /, '').replace(/, \w+( '.*')?$/, '')

/**
 * The start failure for an error of a starting station: the error itself if it is one, or a system or SQLite error about the data
 * directory (absolute). Undefined for any other error, which is a fault of the program.
 */
export const startFailureOf = (error: unknown, directory: string): StartFailure | undefined => {
  if (error instanceof StartFailure) return error
  if (!isCoded(error)) return undefined
  if (error.code.startsWith('SQLITE_')) return ofDatabase(error, directory)
  const file = typeof error.path === 'string' ? resolve(error.path) : directory
  // An operator cannot repair an error elsewhere, e.g. in our own program files.
  return isWithin(file, directory) || isWithin(directory, file) ? ofFile(error, file, directory) : undefined
}

const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)

const ofFile = (cause: CodedError, file: string, directory: string): StartFailure | undefined => {
  switch (cause.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(directory, cause)
    case 'EACCES':
    case 'EPERM':
      return notAllowed(file, directory, cause)
    case 'EROFS':
      return new StartFailure('DATA_READ_ONLY', { file }, { cause })
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartFailure('DATA_NO_DIRECTORY', { file: notDirectory(file) }, { cause })
    // An unreadable sector, a disconnected network disk, or a name or chain of links that no file system accepts.
    case 'EIO':
    case 'ESTALE':
    case 'ENODEV':
    case 'ENXIO':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'EISDIR':
    case 'EBUSY':
    case 'ENOENT':
      return new StartFailure('DATA_UNREADABLE', { file, detail: detailOf(cause) }, { cause })
    default:
      return undefined
  }
}

const ofDatabase = (cause: CodedError, directory: string): StartFailure => {
  const file = join(directory, DATABASE)
  const { code } = cause
  if (code === 'SQLITE_FULL' || (/^SQLITE_(IOERR|CANTOPEN)/.test(code) && freeBytes(directory) < NO_ROOM_BYTES))
    return diskFull(directory, cause)
  if (code.startsWith('SQLITE_NOTADB'))
    return new StartFailure('DATABASE_FOREIGN', { file, detail: cause.message }, { cause })
  if (code.startsWith('SQLITE_CORRUPT'))
    return new StartFailure('DATABASE_DAMAGED', { file, detail: cause.message }, { cause })
  if (code.startsWith('SQLITE_READONLY')) return new StartFailure('DATA_READ_ONLY', { file }, { cause })
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StartFailure('DATA_IN_USE', { directory }, { cause })
  return new StartFailure('DATABASE_UNREADABLE', { file, detail: `${cause.message}, ${code}` }, { cause })
}

const diskFull = (directory: string, cause: Error): StartFailure => {
  const free = freeBytes(directory)
  const words = Number.isFinite(free) ? `${(free / 1024 / 1024).toFixed(1)} MB` : '?'
  return new StartFailure('DISK_FULL', { directory, free: words }, { cause })
}

/** Our own but forbidden file is read-only; a file of another user is named with its owner. Windows has no numeric owners. */
const notAllowed = (file: string, directory: string, cause: Error): StartFailure => {
  const owner = statOf(file)?.uid ?? statOf(dirname(file))?.uid
  const us = process.geteuid?.()
  if (owner === undefined || us === undefined)
    return new StartFailure('DATA_NOT_ALLOWED', { file, directory }, { cause })
  if (owner === us) return new StartFailure('DATA_READ_ONLY', { file }, { cause })
  return new StartFailure('DATA_OTHER_OWNER', { file, directory, owner, user: userName(us) }, { cause })
}

/** The part of a path that exists and is not a directory. */
const notDirectory = (path: string): string => {
  for (let at = path; at !== dirname(at); at = dirname(at)) if (statOf(at)?.isDirectory() === false) return at
  return path
}

/** Infinite when the system does not report it. */
const freeBytes = (directory: string): number => {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** A user without an entry in the system's user list has only a number. */
const userName = (uid: number): string => {
  try {
    return userInfo().username
  } catch {
    return String(uid)
  }
}
