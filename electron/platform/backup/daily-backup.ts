import Database from 'better-sqlite3'
import type { PlatformContext } from '../store/platform-context.ts'
import { type BackupFile, listBackups } from './backup-files.ts'
import type { DatabaseHealth } from './database-health.ts'
import { makeBackup } from './make-backup.ts'

const DAY_MS = 86_400_000
/** Delay after a start, and interval of the check whether a backup is due: a clock change takes effect within that time. */
const FIRST_LOOK_MS = 2000
const LOOK_MS = 15 * 60_000

/** The station's automatic backups: one a day, the last seven are kept. */
export interface Backups {
  /** Newest first. */
  list(): Promise<BackupFile[]>
  /** Makes one now; two concurrent calls share one backup. @throws as `makeBackup`. */
  make(): Promise<BackupFile>
  /** From now on checks regularly whether the daily backup is due. */
  start(): void
  stop(): Promise<void>
}

/** The automatic backups of a data directory (absolute). */
export const createBackups = (
  { clock, logger, store }: Pick<PlatformContext, 'clock' | 'logger' | 'store'>,
  directory: string,
  health: Pick<DatabaseHealth, 'note'>,
): Backups => {
  const stopping = new AbortController()
  let running: Promise<BackupFile> | undefined
  let cancelLook = (): void => {}
  /** The name of a backup that is known to contain data. */
  let filled: string | undefined

  const make = (): Promise<BackupFile> => {
    running ??= makeBackup(directory, clock.now(), stopping.signal)
      .catch((error: unknown) => {
        health.note(error)
        throw error
      })
      .finally(() => {
        running = undefined
      })
    return running
  }

  /** A backup of an empty database does not count as the daily backup once there is data. */
  const madeOfNothing = ({ name, path }: BackupFile): boolean => {
    if (name === filled || holdsNothing(store.sql)) return false
    const backup = new Database(path, { readonly: true, fileMustExist: true })
    try {
      if (holdsNothing(backup)) return true
      filled = name
      return false
    } finally {
      backup.close()
    }
  }

  const isDue = async (): Promise<boolean> => {
    const [newest] = await listBackups(directory, clock.now())
    if (!newest || madeOfNothing(newest)) return true
    return Math.abs(clock.now() - newest.at) >= DAY_MS
  }

  const look = async (): Promise<void> => {
    try {
      if (await isDue()) {
        const { name, size } = await make()
        logger.info({ file: name, size }, 'the database was backed up')
      }
    } catch (error) {
      if (!stopping.signal.aborted) logger.error({ err: error }, 'the database could not be backed up')
    }
    lookIn(LOOK_MS)
  }

  const lookIn = (ms: number): void => {
    if (!stopping.signal.aborted) cancelLook = clock.after(ms, () => void look())
  }

  return {
    list: () => listBackups(directory, clock.now()),
    make,
    start: () => lookIn(FIRST_LOOK_MS),
    async stop() {
      cancelLook()
      stopping.abort(new Error('the station stops'))
      await running?.catch(() => undefined)
    },
  }
}

const holdsNothing = (sql: Database.Database): boolean =>
  sql.prepare('SELECT 1 FROM products UNION ALL SELECT 1 FROM bench_recipes LIMIT 1').get() === undefined
