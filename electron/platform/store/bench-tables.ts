import { eq, inArray, isNotNull } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { FlashPhase } from '#shared/flashing.ts'
import type { Recipe, RunLogLine, WrittenImage } from '#shared/schema.ts'
import { openRunStates, type RunState } from '#shared/states/run.ts'
import { devices, products } from './device-tables.ts'

/** A recipe's data besides its name and product, which have columns for queries. */
export type RecipeContent = Pick<
  Recipe,
  'target' | 'options' | 'images' | 'expect' | 'unitData' | 'checks' | 'autoStart' | 'notes'
> &
  // A recipe from before numbers were the recipe's has none: they are scanned.
  Partial<Pick<Recipe, 'serials'>>

export const benchRecipes = sqliteTable('bench_recipes', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  version: integer().notNull(),
  productId: integer('product_id').references(() => products.id, { onDelete: 'set null' }),
  content: text({ mode: 'json' }).$type<RecipeContent>().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** The content of every recipe version, for readers of old unit records. */
export const benchRecipeVersions = sqliteTable(
  'bench_recipe_versions',
  {
    recipeId: integer('recipe_id')
      .notNull()
      .references(() => benchRecipes.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    content: text({ mode: 'json' }).$type<RecipeContent>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.recipeId, t.version] })],
)

export const benchRecipeFiles = sqliteTable(
  'bench_recipe_files',
  {
    recipeId: integer('recipe_id')
      .notNull()
      .references(() => benchRecipes.id, { onDelete: 'cascade' }),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.recipeId, t.sha256] })],
)

export const benchLines = sqliteTable('bench_lines', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  recipeId: integer('recipe_id').references(() => benchRecipes.id, { onDelete: 'set null' }),
  /** Null: the recipe decides. */
  autoStart: integer('auto_start', { mode: 'boolean' }),
  operator: text(),
  simulated: integer({ mode: 'boolean' }).notNull().default(false),
  createdAt: integer('created_at').notNull(),
  /** Seconds; 0: slots without an answer are asked once. */
  waitForContact: integer('wait_for_contact').notNull().default(0),
})

export const benchSlots = sqliteTable(
  'bench_slots',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    lineId: integer('line_id')
      .notNull()
      .references(() => benchLines.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    label: text().notNull(),
    location: text(),
    path: text(),
  },
  (t) => [
    index('bench_slots_by_line').on(t.lineId, t.position),
    // A port is in one slot.
    uniqueIndex('bench_slots_by_location').on(t.location).where(isNotNull(t.location)),
    uniqueIndex('bench_slots_by_path').on(t.path).where(isNotNull(t.path)),
  ],
)

export const benchRuns = sqliteTable(
  'bench_runs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    lineId: integer('line_id').references(() => benchLines.id, { onDelete: 'set null' }),
    slotId: integer('slot_id').references(() => benchSlots.id, { onDelete: 'set null' }),
    lineName: text('line_name').notNull(),
    slotLabel: text('slot_label').notNull(),
    recipeId: integer('recipe_id').references(() => benchRecipes.id, { onDelete: 'set null' }),
    recipeName: text('recipe_name').notNull(),
    recipeVersion: integer('recipe_version').notNull(),
    unit: text(),
    serial: text(),
    chip: text(),
    images: text({ mode: 'json' }).$type<readonly WrittenImage[]>().notNull(),
    state: text().$type<RunState>().notNull(),
    /** The current phase; for an interrupted run, the phase it had reached. */
    phase: text().$type<FlashPhase>(),
    errorCode: text('error_code'),
    errorData: text('error_data', { mode: 'json' }).$type<Record<string, string | number>>().notNull().default({}),
    operator: text(),
    /** Whether a unit that is already done is flashed again on purpose. */
    again: integer({ mode: 'boolean' }).notNull().default(false),
    attempt: integer().notNull().default(1),
    createdAt: integer('created_at').notNull(),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
  },
  (t) => [
    index('bench_runs_by_slot').on(t.slotId, t.id),
    index('bench_runs_by_line').on(t.lineId, t.id),
    index('bench_runs_by_recipe').on(t.recipeId, t.id),
    // The invariant itself: a slot holds at most one open run.
    uniqueIndex('bench_runs_one_open').on(t.slotId).where(inArray(t.state, openRunStates)),
  ],
)

/** One record per attempt, never changed; names are as they were at that time. */
export const benchRecords = sqliteTable(
  'bench_records',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    runId: integer('run_id').notNull(),
    attempt: integer().notNull(),
    unit: text(),
    serial: text(),
    chip: text(),
    lineId: integer('line_id'),
    lineName: text('line_name').notNull(),
    slotId: integer('slot_id'),
    slotLabel: text('slot_label').notNull(),
    recipeId: integer('recipe_id'),
    recipeName: text('recipe_name').notNull(),
    recipeVersion: integer('recipe_version').notNull(),
    images: text({ mode: 'json' }).$type<readonly WrittenImage[]>().notNull(),
    state: text().$type<Exclude<RunState, 'waiting' | 'running'>>().notNull(),
    errorCode: text('error_code'),
    errorData: text('error_data', { mode: 'json' }).$type<Record<string, string | number>>().notNull(),
    operator: text(),
    /** Whether this is the first attempt at this unit with this recipe. */
    first: integer({ mode: 'boolean' }).notNull(),
    startedAt: integer('started_at').notNull(),
    finishedAt: integer('finished_at').notNull(),
    deviceId: integer('device_id').references(() => devices.id, { onDelete: 'set null' }),
    log: text({ mode: 'json' }).$type<readonly RunLogLine[]>().notNull(),
  },
  (t) => [
    uniqueIndex('bench_records_by_run').on(t.runId, t.attempt),
    index('bench_records_by_unit').on(t.unit, t.recipeId, t.recipeVersion).where(isNotNull(t.unit)),
    index('bench_records_by_device').on(t.deviceId, t.id).where(isNotNull(t.deviceId)),
    index('bench_records_by_time').on(t.finishedAt),
  ],
)

/** What the checks of an attempt measured; recipe and time stand here again, because values are read by them. */
export const benchValues = sqliteTable(
  'bench_values',
  {
    recordId: integer('record_id')
      .notNull()
      .references(() => benchRecords.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    /** As the unit wrote it. */
    reading: text().notNull(),
    /** Null: not a number. */
    value: real(),
    unit: text(),
    /** The limits of then. */
    min: real(),
    max: real(),
    good: integer({ mode: 'boolean' }).notNull(),
    recipeId: integer('recipe_id'),
    lineId: integer('line_id'),
    finishedAt: integer('finished_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.recordId, t.position] }),
    index('bench_values_by_name').on(t.recipeId, t.name, t.finishedAt, t.lineId),
  ],
)

/** Serial numbers and the units that they belong to, for ever. */
export const benchSerials = sqliteTable(
  'bench_serials',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The product within which the number is unique; 0: the station. A deleted product keeps its numbers. */
    scope: integer().notNull(),
    serial: text().notNull(),
    /** As it is compared (`serialKey`). */
    key: text().notNull(),
    unit: text().notNull(),
    /** The run that wrote it first; null: an engineer gave it. */
    runId: integer('run_id'),
    claimedAt: integer('claimed_at').notNull(),
    /** When the unit got another one; the number stays the unit's. */
    retiredAt: integer('retired_at'),
    /** Another unit had it first: both passed before numbers were kept apart. */
    shared: integer({ mode: 'boolean' }).notNull().default(false),
    reason: text(),
    operator: text(),
  },
  (t) => [
    uniqueIndex('bench_serials_by_number').on(t.key, t.scope).where(eq(t.shared, false)),
    uniqueIndex('bench_serials_by_unit').on(t.unit, t.scope, t.key),
    index('bench_serials_by_run').on(t.runId).where(isNotNull(t.runId)),
    index('bench_serials_shared').on(t.key, t.scope).where(eq(t.shared, true)),
  ],
)

/** Further names of units: what another way to the same chip calls it. */
export const benchUnitNames = sqliteTable(
  'bench_unit_names',
  {
    name: text().notNull(),
    /** As records and serial numbers name the unit. */
    unit: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.unit] }), index('bench_unit_names_by_unit').on(t.unit)],
)
