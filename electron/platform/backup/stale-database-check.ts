import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { z } from 'zod'
import { textsForLog } from '#shared/log-texts.ts'
import type { Texts } from '#shared/texts/index.ts'
import type { Logger } from '../basics/logger.ts'
import type { Store } from '../store/store.ts'
import { pauseCampaigns } from './after-restore.ts'
import { raiseNumbers } from './id-sequences.ts'

/**
 * A file next to the database: the number of the last start that wrote to the database, and whether that station closed it. The
 * database alone cannot show that it is an older copy.
 */
const FILE = 'station.seen'
const KEPT = 'kept:start'
const LastSeen = z.object({ start: z.number().int().nonnegative(), open: z.boolean() })
type LastSeen = z.infer<typeof LastSeen>

/** The log is the only place where the operator of a headless station can look, so it contains every language. */
const warn = (logger: Logger, pick: (texts: Texts) => string, fields: object = {}): void => {
  const { message, others } = textsForLog(pick)
  logger.warn({ ...fields, ...others }, message)
}

/** Action names of these findings in the audit log. */
const OLDER_DATABASE = 'station.olderDatabase'
const LOG_LOST = 'station.logLost'

const read = (directory: string): LastSeen | undefined => {
  try {
    return LastSeen.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')))
  } catch {
    // A missing or damaged file proves nothing.
    return undefined
  }
}

const write = (directory: string, seen: LastSeen): void => {
  const path = join(directory, FILE)
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeFileSync(file, JSON.stringify(seen))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}

const startIn = (sql: Database.Database): number =>
  Number(sql.prepare('SELECT value FROM key_values WHERE key = ?').pluck().get(KEPT) ?? 0)

const noteAction = (sql: Database.Database, action: string, now: number, detail: object): void =>
  void sql
    .prepare(
      `INSERT INTO audit (at, operator, source, action, subject, detail) VALUES (?, NULL, 'station', ?, 'ota-bench.sqlite', ?)`,
    )
    .run(now, action, JSON.stringify(detail))

/**
 * Detects a database that is older than the last one used here, or that has lost its write-ahead log, writes that to the log and
 * the audit log, and counts this start. An older database is handled as after a restore: devices have moved on since, so open
 * campaigns wait for an operator and IDs continue with a gap.
 * @param options `logWasThere`: before the database was opened; `replaced`: by a restore, which writes its own record.
 * @returns a function that records, when the station stops, that the database was closed.
 */
export const noticeOlderDatabase = async (
  directory: string,
  store: Pick<Store, 'sql' | 'write'>,
  { logWasThere, replaced, now, logger }: { logWasThere: boolean; replaced: boolean; now: number; logger: Logger },
): Promise<() => void> => {
  const { sql } = store
  const seen = read(directory)
  const before = startIn(sql)
  const older = !replaced && seen !== undefined && before < seen.start
  const logLost = !replaced && seen?.open === true && !logWasThere
  const start = Math.max(before, seen?.start ?? 0) + 1
  const paused = await store.write(() => {
    if (older) raiseNumbers(sql, { known: false, numbers: {} })
    const campaigns = older ? pauseCampaigns(sql) : 0
    if (older) noteAction(sql, OLDER_DATABASE, now, { pausedCampaigns: campaigns })
    else if (logLost) noteAction(sql, LOG_LOST, now, {})
    sql.prepare('INSERT OR REPLACE INTO key_values (key, value) VALUES (?, ?)').run(KEPT, JSON.stringify(start))
    return campaigns
  })
  if (older) warn(logger, ({ databaseNotices }) => databaseNotices.older, { pausedCampaigns: paused })
  else if (logLost) warn(logger, ({ databaseNotices }) => databaseNotices.logLost)
  const noteSeen = (open: boolean): void => {
    try {
      write(directory, { start, open })
    } catch (error) {
      logger.warn({ err: error }, 'it could not be noted which database is in use')
    }
  }
  noteSeen(true)
  return () => noteSeen(false)
}
