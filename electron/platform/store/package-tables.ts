import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { VerificationState } from '#shared/states/verification.ts'
import { products } from './device-tables.ts'

export const packages = sqliteTable(
  'packages',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    name: text().notNull(),
    version: text().notNull(),
    signMethod: text('sign_method').$type<'MD5' | 'SHA256'>().notNull(),
    verification: text().$type<VerificationState>().notNull(),
    description: text(),
    customInfo: text('custom_info', { mode: 'json' }).$type<Record<string, unknown>>(),
    createdAt: integer('created_at').notNull(),
    /** Why its verification was skipped, as the operator wrote it. */
    skipReason: text('skip_reason'),
    /** The verification was skipped on purpose: it is skipped again when a later verification has no result. */
    skipped: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    uniqueIndex('packages_by_version').on(t.productId, t.module, t.version),
    uniqueIndex('packages_by_name').on(t.productId, t.name),
  ],
)

export const packageFiles = sqliteTable(
  'package_files',
  {
    packageId: integer('package_id')
      .notNull()
      .references(() => packages.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    size: integer().notNull(),
    md5: text().notNull(),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.packageId, t.position] }), index('package_files_by_content').on(t.sha256)],
)
