import { inArray } from 'drizzle-orm'
import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { DeltaFormat } from '#shared/delta-formats.ts'
import type { Delta } from '#shared/schema.ts'
import { type DeltaStatus, openDeltaStatuses } from '#shared/states/delta.ts'
import { products } from './device-tables.ts'
import { packages } from './package-tables.ts'

/** Base images of versions that have no package here: an operator uploaded them to generate deltas. One per version. */
export const baseImages = sqliteTable(
  'base_images',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    version: text().notNull(),
    name: text().notNull(),
    size: integer().notNull(),
    sha256: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('base_images_by_version').on(t.productId, t.module, t.version)],
)

/** Deltas to packages, including deltas in progress and failed ones. */
export const diffs = sqliteTable(
  'diffs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    packageId: integer('package_id')
      .notNull()
      .references(() => packages.id, { onDelete: 'cascade' }),
    fromVersion: text('from_version').notNull(),
    format: text().$type<DeltaFormat>().notNull(),
    source: text().$type<'generated' | 'uploaded'>().notNull(),
    status: text().$type<DeltaStatus>().notNull(),
    baseKind: text('base_kind').$type<'package' | 'upload'>(),
    basePackageId: integer('base_package_id'),
    baseName: text('base_name'),
    baseSize: integer('base_size'),
    /** The base image it applies to; it never changes, although a version may get another file later. */
    baseSha256: text('base_sha256'),
    fileName: text('file_name'),
    size: integer(),
    md5: text(),
    sha256: text(),
    seconds: real(),
    advice: text({ mode: 'json' }).$type<NonNullable<Delta['advice']>>(),
    checked: integer({ mode: 'boolean' }).notNull().default(false),
    error: text(),
    errorData: text('error_data', { mode: 'json' }).$type<NonNullable<Delta['errorData']>>(),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
  },
  (t) => [
    index('diffs_by_package').on(t.packageId, t.fromVersion),
    index('diffs_open').on(t.id).where(inArray(t.status, openDeltaStatuses)),
  ],
)
