import { basename } from 'node:path'
import type { StationInfo } from '#shared/schema.ts'
import { DatabaseDamagedError } from './make.ts'

/** What is known of damage to the database that is in use. Once found it stands until the next start: damage does not heal. */
export interface DatabaseHealth {
  /** Keeps an error that says the database is damaged; others, and none, are no news of it. */
  note(error: unknown): void
  /** The first damage that was found, for the screen; null where none was. */
  damage(): StationInfo['databaseDamage']
}

/** Of a database that nothing was found in yet. */
export const createDatabaseHealth = (): DatabaseHealth => {
  let found: StationInfo['databaseDamage'] = null
  return {
    note(error) {
      if (!(error instanceof DatabaseDamagedError)) return
      found ??= { file: basename(error.file), detail: error.problems[0] ?? '' }
    },
    damage: () => found,
  }
}
