/** Names of the entries of a data directory. */

/** The database; while it is open, its log and the log's index are beside it. */
export const DATABASE = 'ota-bench.sqlite'
export const DATABASE_LOG = `${DATABASE}-wal`
export const DATABASE_INDEX = `${DATABASE}-shm`

/** Held by the one station that uses the directory. */
export const LOCK = 'station.lock'

/** Folder of files that the station no longer uses and must not delete. */
export const SET_ASIDE = 'set-aside'

/** The desktop window's own files. */
export const DESKTOP = 'desktop'

/** Every folder of a data directory. Other folders count as foreign. */
export const FOLDERS = ['blobs', 'staging', 'tls', 'backups', 'restore', 'logs', SET_ASIDE, DESKTOP] as const

/** Whether an entry of a data directory belongs to the station. */
export const isOwnName = (name: string): boolean =>
  (FOLDERS as readonly string[]).includes(name) || /^(ota-bench|station)[.]/.test(name)
