import { eq } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { DeviceClass } from '#shared/delta-formats.ts'
import { ofEachFact } from '#shared/device-facts.ts'
import { AUTO_REGISTER_LIMIT } from '#shared/limits.ts'
import type { Protocol } from '#shared/protocols/index.ts'

export const products = sqliteTable('products', {
  id: integer().primaryKey({ autoIncrement: true }),
  key: text().notNull().unique(),
  name: text().notNull().unique(),
  protocol: text().$type<Protocol>().notNull(),
  secret: text().notNull(),
  autoRegister: integer('auto_register', { mode: 'boolean' }).notNull(),
  /** Whether a device may log in with its plain secret. */
  plainLogin: integer('plain_login', { mode: 'boolean' }).notNull().default(true),
  successCriterion: text('success_criterion').$type<'version' | 'progress'>().notNull(),
  createdAt: integer('created_at').notNull(),
  /** The maximum number of devices that may register with the product's secret. */
  autoRegisterLimit: integer('auto_register_limit').notNull().default(AUTO_REGISTER_LIMIT),
})

export const modules = sqliteTable(
  'modules',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    alias: text(),
    description: text(),
    kind: text().$type<'FOTA' | 'SOTA'>().notNull(),
    vendor: text(),
    model: text(),
    deviceClass: text('device_class').$type<DeviceClass>().notNull().default('linux'),
    ramBytes: integer('ram_bytes'),
  },
  (t) => [uniqueIndex('modules_by_name').on(t.productId, t.name)],
)

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The columns of a device's facts, in their order (shared/device-facts.ts). */
const factColumns = ofEachFact({
  text: (name) => text(snakeCase(name)),
  number: (name) => real(snakeCase(name)),
  flag: (name) => integer(snakeCase(name), { mode: 'boolean' }).notNull().default(false),
  time: (name) => integer(snakeCase(name)).notNull(),
  timeOrNever: (name) => integer(snakeCase(name)),
})

export const devices = sqliteTable(
  'devices',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    secret: text().notNull(),
    accessToken: text('access_token').notNull().unique(),
    ...factColumns,
  },
  (t) => [
    uniqueIndex('devices_by_name').on(t.productId, t.name),
    // In the order of the lists, so that a page of a product's devices is not sorted.
    index('devices_by_product').on(t.productId, t.id),
    index('devices_self_registered').on(t.productId).where(eq(t.selfRegistered, true)),
  ],
)

/** The last reported version of each module of a device; the product is repeated so that a version distribution is one index scan. */
export const deviceVersions = sqliteTable(
  'device_versions',
  {
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    productId: integer('product_id').notNull(),
    version: text().notNull(),
    reportedAt: integer('reported_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.deviceId, t.module] }),
    index('device_versions_by_version').on(t.productId, t.module, t.version),
  ],
)

/** Tags by which devices are grouped; the product is repeated so that its tags are one index scan. */
export const deviceTags = sqliteTable(
  'device_tags',
  {
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
    productId: integer('product_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.deviceId, t.tag] }), index('device_tags_by_tag').on(t.productId, t.tag, t.deviceId)],
)
