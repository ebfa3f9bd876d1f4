import { sqliteTable, text } from 'drizzle-orm/sqlite-core'

/*
 * The tables as they are today. A change is written in one of these files and nowhere else: `npm run migration` writes the step that
 * brings existing databases along (README.md). New columns stand last. Times are milliseconds since 1970 UTC, sizes bytes, digests
 * lower-case hex.
 */

export * from './bench-tables.ts'
export * from './campaign-tables.ts'
export * from './delta-tables.ts'
export * from './device-tables.ts'
export * from './job-tables.ts'
export * from './package-tables.ts'
export * from './report-tables.ts'
export * from './sink-tables.ts'

/** Settings that a user changed, and values that the station generated for itself (keys): name → JSON. */
export const keyValues = sqliteTable('key_values', {
  key: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
})
