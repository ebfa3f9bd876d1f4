import { basename, join } from 'node:path'
import type { StationInfo } from '#shared/schema.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { DATABASE } from '../store/store.ts'
import { DatabaseDamagedError } from './make-backup.ts'

/** What is known of damage to the open database. Once found, damage stays reported until the next start, because it does not heal. */
export interface DatabaseHealth {
  /** Records an error if it says that the database is damaged; ignores all other errors. */
  note(error: unknown): void
  /** The first damage found, for the screen; null when there is none. */
  damage(): StationInfo['databaseDamage']
}

/**
 * Tracks the health of the database in a data directory (absolute), including damage that later queries find. Only the first
 * damage is logged, once, however many calls meet it.
 */
export const createDatabaseHealth = (
  { logger, store }: Pick<PlatformContext, 'logger'> & { readonly store: Pick<PlatformContext['store'], 'onDamage'> },
  directory: string,
): DatabaseHealth => {
  let found: StationInfo['databaseDamage'] = null
  const note = (error: unknown): void => {
    if (found || !(error instanceof DatabaseDamagedError)) return
    const { file, problems } = error
    found = { file: basename(file), detail: problems[0] ?? '' }
    logger.error(
      { file, problems },
      'the database is damaged: changes may be lost; restore the newest backup (Settings, or start with --restore-backup)',
    )
  }
  store.onDamage((error) => note(new DatabaseDamagedError(join(directory, DATABASE), [error.message])))
  return { note, damage: () => found }
}
