import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Logger } from '../basics/logger.ts'
import { openOrStartAnew } from '../set-aside/start-anew.ts'
import { prepareDirectory } from '../store/directory.ts'
import { DATABASE_LOG } from '../store/files.ts'
import { holdDirectory } from '../store/lock.ts'
import { judgeDatabase } from '../store/open-database.ts'
import { DATABASE, migrations, openLocked, type Store } from '../store/store.ts'
import { settleRestored } from './after-restore.ts'
import { checkAtStart, nothingToCheck, type StartCheck } from './integrity-check.ts'
import { makeBackup } from './make-backup.ts'
import { dropPending, SET_ASIDE } from './pending-restore.ts'
import { completeRestore, prepareRestore } from './restore-at-start.ts'
import { noticeOlderDatabase } from './stale-database-check.ts'

interface OpenedData {
  readonly store: Store
  /** Whether the database is intact. */
  readonly check: StartCheck
}

/**
 * Opens the store of a data directory for a station: restricts access to the owner, locks out other stations, performs a requested
 * or confirmed restore, inspects the database, backs it up before a migration, and starts the integrity check unless the database
 * was just created.
 * @param restore a backup to restore first: a path, a name in `backups/`, or `newest`.
 * @param setAside when the database cannot be used: sets all old data aside and starts with an empty station.
 * @param now Unix milliseconds.
 * @throws StartFailure; the system's and SQLite's errors.
 */
export const openData = async (
  directory: string,
  {
    restore,
    setAside = false,
    now,
    logger,
  }: {
    readonly restore?: string | undefined
    readonly setAside?: boolean
    readonly now: () => number
    readonly logger: Logger
  },
): Promise<OpenedData> => {
  prepareDirectory(directory, logger)
  const held = holdDirectory(directory)
  let store: Store | undefined
  try {
    if (restore !== undefined) await prepareRestore(directory, restore, now())
    const restored = await completeRestore(directory, now())
    const open = async (anew = false): Promise<Store> => {
      judgeDatabase(directory, anew)
      // A restored database is a copy of a backup that still exists.
      if (!restored) await backUpBeforeUpdate(directory, now, logger)
      return openLocked(directory, held, anew)
    }
    const logWasThere = existsSync(join(directory, DATABASE_LOG))
    const hadDatabase = await isThere(join(directory, DATABASE))
    store = await (setAside ? openOrStartAnew(directory, open, now(), logger) : open())
    if (restored) {
      const paused = settleRestored(store.sql, restored, now())
      await dropPending(directory)
      logger.warn(
        { from: restored.source, pausedCampaigns: paused ?? 0, setAside: join(directory, SET_ASIDE, restored.aside) },
        'the database was restored; what was there is set aside, and campaigns that were open are paused',
      )
    }
    const closed = await noticeOlderDatabase(directory, store, {
      logWasThere,
      replaced: restored !== undefined,
      now: now(),
      logger,
    })
    const { close } = store
    return {
      store: {
        ...store,
        close() {
          closed()
          return close()
        },
      },
      check: hadDatabase ? checkAtStart(directory, logger) : nothingToCheck,
    }
  } catch (error) {
    await (store ? store.close() : held.close())
    throw error
  }
}

const backUpBeforeUpdate = async (directory: string, now: () => number, logger: Logger): Promise<void> => {
  const version = await dataVersion(directory)
  if (version === undefined || version === 0 || version >= migrations.length) return
  const { name } = await makeBackup(directory, now())
  logger.info({ file: name, from: version, to: migrations.length }, 'the database was backed up before its update')
}

/** Whether a database exists; an empty file does not count. */
const isThere = async (file: string): Promise<boolean> => {
  const found = await stat(file).catch(() => undefined)
  return found !== undefined && found.size > 0
}

/** `PRAGMA user_version` of a database; undefined when there is none yet. */
const dataVersion = async (directory: string): Promise<number | undefined> => {
  const file = join(directory, DATABASE)
  if (!(await isThere(file))) return undefined
  const sql = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return Number(sql.pragma('user_version', { simple: true }))
  } finally {
    sql.close()
  }
}
