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
 * Beside the database: the number of the start that was last written into it, and whether that station has closed it. The
 * database alone cannot say that it is an older one.
 */
const FILE = 'station.seen'
const KEPT = 'kept:start'
const LastSeen = z.object({ start: z.number().int().nonnegative(), open: z.boolean() })
type LastSeen = z.infer<typeof LastSeen>

/** Whoever reads the log of a station without a screen has no other place to look: every language stands there. */
const warn = (logger: Logger, pick: (texts: Texts) => string, fields: object = {}): void => {
  const { message, others } = textsForLog(pick)
  logger.warn({ ...fields, ...others }, message)
}

/** Actions by which the log of actions names what was noticed. */
export const OLDER_DATABASE = 'station.olderDatabase'
export const LOG_LOST = 'station.logLost'

const read = (directory: string): LastSeen | undefined => {
  try {
    return LastSeen.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')))
  } catch {
    // Missing or damaged, it says nothing.
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
 * Notices that a database is older than the one that was last used here, or that its log went lost, says so in the log and the
 * log of actions, and counts this start. With an older one it is as after a restore: devices have gone on since, so open
 * campaigns wait for a person, and numbers go on well above those that were given.
 * @param options `logWasThere`: before the database was opened; `replaced`: by a restore, which says so itself.
 * @returns what notes, when the station stops, that the database was closed.
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
