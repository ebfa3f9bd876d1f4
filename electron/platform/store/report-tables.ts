import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { products } from './device-tables.ts'

/** The audit log: entries are never changed or deleted. */
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
  /** `2026-11-21`, in the station's local time zone. */
  day: text().notNull(),
}

/** Ended jobs by day, counted by a trigger on `jobs`; jobs of a deleted device stay counted. */
export const outcomeDays = sqliteTable(
  'outcome_days',
  {
    ...ofModuleAndDay,
    state: text().$type<'succeeded' | 'failed'>().notNull(),
    /** Empty for successful jobs. */
    reason: text().notNull(),
    jobs: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day, t.state, t.reason] })],
)

/** Devices by version at the end of a day; a day without rows repeats the day before. */
export const versionDays = sqliteTable(
  'version_days',
  { ...ofModuleAndDay, version: text().notNull(), devices: integer().notNull() },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day, t.version] })],
)

/** Firmware bytes that devices have downloaded, and bytes that deltas have saved. */
export const trafficDays = sqliteTable(
  'traffic_days',
  { ...ofModuleAndDay, bytes: integer().notNull(), saved: integer().notNull().default(0) },
  (t) => [primaryKey({ columns: [t.productId, t.module, t.day] })],
)
