/** Names of what lies in a data directory. */

/** The database; beside it, while it is open, its log and the log's index. */
export const DATABASE = 'ota-bench.sqlite'
export const DATABASE_LOG = `${DATABASE}-wal`
export const DATABASE_INDEX = `${DATABASE}-shm`

/** Held by the one station that uses the directory. */
export const LOCK = 'station.lock'

/** Where the station puts what it no longer uses and must not delete. */
export const SET_ASIDE = 'set-aside'

/** The desktop window's own files. */
export const DESKTOP = 'desktop'

/** Every folder of a data directory. One that is not named here counts as somebody else's. */
export const FOLDERS = ['blobs', 'staging', 'tls', 'backups', 'restore', SET_ASIDE, DESKTOP] as const

/** Whether an entry of a data directory is the station's own. */
export const isOwnName = (name: string): boolean =>
  (FOLDERS as readonly string[]).includes(name) || /^(ota-bench|station)[.]/.test(name)
