import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Logger } from '../logger.ts'
import { DATABASE, lockData, migrations, openLocked, type Store } from '../store/store.ts'
import { settleRestored } from './after.ts'
import { checkAtStart, type StartCheck } from './check.ts'
import { makeBackup } from './make.ts'
import { dropPending, SET_ASIDE } from './pending.ts'
import { completeRestore, prepareBackup } from './restore.ts'

export interface OpenedData {
  readonly store: Store
  /** Whether the database is whole. */
  readonly check: StartCheck
}

/**
 * Opens the store of a data directory for a station: carries out a restore that was asked for or decided on, backs the database up
 * before it is brought to the schema of today, and begins to check it.
 * @param restore a backup to restore first: a path, a name in `backups/`, or `newest`.
 * @param now Unix milliseconds.
 * @throws as `openStore`; RestoreError; DatabaseDamagedError before a migration.
 */
export const openData = async (
  directory: string,
  {
    restore,
    now,
    logger,
  }: { readonly restore?: string | undefined; readonly now: () => number; readonly logger: Logger },
): Promise<OpenedData> => {
  const lock = lockData(directory)
  let store: Store | undefined
  try {
    if (restore !== undefined) await prepareBackup(directory, restore, now())
    const restored = await completeRestore(directory, now())
    const version = restored ? undefined : await dataVersion(directory)
    // A restored database is a copy of a backup that is still there.
    if (version !== undefined && version > 0 && version < migrations.length) {
      const { name } = await makeBackup(directory, now())
      logger.info({ file: name, from: version, to: migrations.length }, 'the database was backed up before its update')
    }
    store = openLocked(directory, lock)
    if (restored) {
      const paused = settleRestored(store.sql, restored, now())
      await dropPending(directory)
      logger.warn(
        { from: restored.source, pausedCampaigns: paused ?? 0, setAside: join(directory, SET_ASIDE, restored.aside) },
        'the database was restored; what was there is set aside, and campaigns that were open are paused',
      )
    }
    return { store, check: checkAtStart(directory, logger) }
  } catch (error) {
    await (store ? store.close() : lock.close())
    throw error
  }
}

/** `PRAGMA user_version` of a database; undefined where there is none yet. */
const dataVersion = async (directory: string): Promise<number | undefined> => {
  const file = join(directory, DATABASE)
  const found = await stat(file).catch(() => undefined)
  if (!found || found.size === 0) return undefined
  const sql = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return Number(sql.pragma('user_version', { simple: true }))
  } finally {
    sql.close()
  }
}
