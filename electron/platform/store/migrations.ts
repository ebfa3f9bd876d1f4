import { campaignDefinitionMigration } from './campaign-definition-migration.ts'
import { earlierMigrations } from './earlier-migrations.ts'

/**
 * The steps that bring a database from one version (`PRAGMA user_version`) to the next, in order; a new database takes them all. The
 * current tables are in `schema.ts`: `npm run migration` appends what they lack here, and a step that it cannot write is appended by
 * hand. An entry never changes after its release.
 */
export const migrations: readonly string[] = [
  ...earlierMigrations,
  campaignDefinitionMigration,
  `
  ALTER TABLE bench_lines ADD COLUMN wait_for_contact INTEGER NOT NULL DEFAULT 0;
  `,
]
