import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { products } from './schema.ts'

/** Who did what; never changed, never deleted. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    operator: text(),
    source: text().$type<'screen' | 'api' | 'station'>().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    detail: text({ mode: 'json' }),
  },
  (t) => [index('audit_by_action').on(t.action, t.id)],
)

const ofModuleAndDay = {
  productId: integer('product_id')
    .notNull()
    .references(() => products.id, { onDelete: 'cascade' }),
  module: text().notNull(),
  /** `2026-11-21`, the station's own day. */
  day: text().notNull(),
}

/** Ended jobs by day; counted by a trigger on `jobs`; what a deleted device did stays counted. */
export const outcomeDays = sqliteTable(
  'outcome_days',
  {
    ...ofModuleAndDay,
    state: text().$type<'succeeded' | 'failed'>().notNull(),
    /** Empty for those that succeeded. */
    reason: text().notNull(),
    jobs: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day, t.state, t.reason] })],
)

/** Devices by version at the end of a day; a day without rows is as the one before. */
export const versionDays = sqliteTable(
  'version_days',
  { ...ofModuleAndDay, version: text().notNull(), devices: integer().notNull() },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day, t.version] })],
)

/** Bytes of firmware that devices have fetched, and those that deltas spared them. */
export const trafficDays = sqliteTable(
  'traffic_days',
  { ...ofModuleAndDay, bytes: integer().notNull(), saved: integer().notNull().default(0) },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day] })],
)
