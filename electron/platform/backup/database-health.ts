import { basename, join } from 'node:path'
import type { StationInfo } from '#shared/schema.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { DATABASE } from '../store/store.ts'
import { DatabaseDamagedError } from './make-backup.ts'

/** What is known of damage to the database that is in use. Once found it stands until the next start: damage does not heal. */
export interface DatabaseHealth {
  /** Keeps an error that says the database is damaged; others, and none, are no news of it. */
  note(error: unknown): void
  /** The first damage that was found, for the screen; null where none was. */
  damage(): StationInfo['databaseDamage']
}

/**
 * What is known of the database of a data directory (absolute), from now on also by whatever asks it. The log tells the first damage,
 * once, however many calls meet it.
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
