import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { isNotNull, sql as part } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { afterEach, describe, expect, it } from 'vitest'
import { DATABASE } from '../../electron/platform/store/files.ts'
import { migrations } from '../../electron/platform/store/migrations.ts'
import { migrate } from '../../electron/platform/store/open-database.ts'
import { limits } from '../limits.mjs'
import { appendMigration } from './schema/append-migration.ts'
import { describedDatabase, migratedDatabase, missingMigration, nextMigration } from './schema/next-migration.ts'
import { outlineOf } from './schema/schema-outline.ts'
import { createIndexes, createTable } from './schema/table-sql.ts'

const databases: Database.Database[] = []
const directories: string[] = []
const kept = (sql: Database.Database): Database.Database => {
  databases.push(sql)
  return sql
}
const databaseWith = (script: string): Database.Database => kept(new Database(':memory:')).exec(script)
const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'schema-'))
  directories.push(path)
  return path
}
afterEach(() => {
  for (const sql of databases.splice(0)) sql.close()
  for (const path of directories.splice(0)) rmSync(path, { recursive: true })
})

/** Everything SQLite itself says about the tables, indexes and foreign keys of a database. */
const pragmas = (sql: Database.Database): unknown => {
  const tables = sql
    .prepare<[], { name: string; strict: number; wr: number }>(
      `SELECT name, strict, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .all()
  const byName = (rows: unknown): unknown =>
    (rows as { name: string }[]).toSorted((a, b) => a.name.localeCompare(b.name))
  return tables.map(({ name, ...options }) => ({
    name,
    ...options,
    columns: sql.pragma(`table_xinfo(${name})`),
    foreignKeys: (sql.pragma(`foreign_key_list(${name})`) as { from: string; id: number }[])
      .map(({ id: _, ...key }) => key)
      .toSorted((a, b) => a.from.localeCompare(b.from)),
    indexes: byName(
      (sql.pragma(`index_list(${name})`) as { name: string; unique: number; origin: string; partial: number }[]).map(
        ({ name: indexName, unique: isUnique, origin, partial }) => ({
          name: indexName,
          isUnique,
          origin,
          partial,
          columns: sql.pragma(`index_xinfo(${indexName})`),
        }),
      ),
    ),
  }))
}

describe('the tables of the schema', () => {
  it('are what the migrations make; if not, `npm run migration` writes the missing step', () => {
    expect(missingMigration()).toEqual({ statements: [], byHand: [] })
  })

  it('are to SQLite the same as a new database and as that of the last release, brought along step by step', () => {
    const described = pragmas(kept(describedDatabase()))
    expect(pragmas(kept(migratedDatabase()))).toEqual(described)

    const path = directory()
    const archive = resolve(import.meta.dirname, '../fixtures/data-directories/v0.1.0.tar.gz')
    execFileSync('tar', ['-xzf', archive, '-C', path], { timeout: limits.program })
    const released = kept(new Database(join(path, 'v0.1.0', DATABASE)))
    const version = Number(released.pragma('user_version', { simple: true }))
    expect(version).toBeLessThan(migrations.length)
    migrate(released, DATABASE)
    expect(pragmas(released)).toEqual(described)
    expect(nextMigration(outlineOf(released), outlineOf(kept(describedDatabase())))).toEqual({
      statements: [],
      byHand: [],
    })
  })

  it('say in SQL all that drizzle can say', () => {
    const parents = sqliteTable('parents', { id: integer().primaryKey(), a: text().notNull(), b: text().notNull() })
    const children = sqliteTable(
      'children',
      {
        id: integer().primaryKey({ autoIncrement: true }),
        parentId: integer('parent_id').references(() => parents.id, { onDelete: 'set null' }),
        code: text().notNull().unique(),
        quote: text().notNull().default("it's"),
        on: integer('is_on', { mode: 'boolean' }).notNull().default(true),
        data: text({ mode: 'json' }).$type<object>().notNull().default({}),
        made: integer().notNull().default(part`(unixepoch())`),
        share: real(),
        kind: text().generatedAlwaysAs(part`(data ->> '$."kind"')`, { mode: 'stored' }),
      },
      (t) => [
        check('share', part`${t.share} BETWEEN 0 AND 1`),
        unique().on(t.code, t.quote),
        foreignKey({ columns: [t.code, t.quote], foreignColumns: [parents.a, parents.b] }).onDelete('cascade'),
        index('children_on').on(t.on).where(isNotNull(t.parentId)),
      ],
    )
    const pairs = sqliteTable('pairs', { a: integer().notNull(), b: text().notNull() }, (t) => [
      primaryKey({ columns: [t.a, t.b] }),
      uniqueIndex('pairs_by_b').on(t.b),
    ])
    const script = [parents, children, pairs].flatMap((table) => [createTable(table), ...createIndexes(table)])
    const derived = outlineOf(databaseWith(script.join(';')))
    const byHand = outlineOf(
      databaseWith(`
        CREATE TABLE parents (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL) STRICT;
        CREATE TABLE children (
          id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER REFERENCES parents(id) ON DELETE SET NULL, code TEXT NOT NULL UNIQUE,
          quote TEXT NOT NULL DEFAULT 'it''s', is_on INTEGER NOT NULL DEFAULT 1, data TEXT NOT NULL DEFAULT '{}',
          made INTEGER NOT NULL DEFAULT ((unixepoch())), share REAL, kind TEXT GENERATED ALWAYS AS (data ->> '$."kind"') STORED,
          UNIQUE (code, quote), CHECK (share BETWEEN 0 AND 1), FOREIGN KEY (code, quote) REFERENCES parents(a, b) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX children_on ON children(is_on) WHERE parent_id IS NOT NULL;
        CREATE TABLE pairs (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX pairs_by_b ON pairs(b);`),
    )
    expect(nextMigration(derived, byHand)).toEqual({ statements: [], byHand: [] })
  })
})

const before = `
  CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, PARENT integer REFERENCES parents(id)) STRICT;
  CREATE INDEX items_by_name ON items(name);
  CREATE TRIGGER items_gone AFTER DELETE ON items BEGIN DELETE FROM parents WHERE id = OLD.parent; END;`
const items = (columns: string, rest = 'STRICT') =>
  before.replace('PARENT integer REFERENCES parents(id)) STRICT', `${columns}) ${rest}`)
const parent = 'parent INTEGER REFERENCES parents(id)'

describe('a migration that is written by the program', () => {
  const additions: Readonly<Record<string, string>> = {
    'a column without a value': items(`${parent}, serial TEXT`),
    'a column with a default': items(`${parent}, serial TEXT NOT NULL DEFAULT 'a, b (c)'`),
    'a column that refers to another table': items(
      `${parent}, other INTEGER REFERENCES parents(id) ON DELETE SET NULL`,
    ),
    'a unique index on a new column': `${items(`${parent}, serial TEXT`)} CREATE UNIQUE INDEX items_by_serial ON items(serial);`,
    'another table with a unique index': `${before} CREATE TABLE more (a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID; CREATE UNIQUE INDEX more_a ON more(a);`,
    'another index': `${before} CREATE INDEX items_by_parent ON items(parent) WHERE parent IS NOT NULL;`,
    'an index on other columns': before.replace('items(name)', 'items(name, id)'),
    'an index less': before.replace('CREATE INDEX items_by_name ON items(name);', ''),
    'another trigger of the same name': before.replace('OLD.parent', 'OLD.parent + 1'),
    'a new column that a changed trigger uses': items(`${parent}, serial INTEGER`).replace('OLD.parent', 'OLD.serial'),
  }
  for (const [what, wanted] of Object.entries(additions))
    it(`brings a database with rows to ${what}`, () => {
      const sql = databaseWith(
        `${before} INSERT INTO parents VALUES (1); INSERT INTO items VALUES (1, 'a', 1), (2, 'a', NULL);`,
      )
      const target = outlineOf(databaseWith(wanted))
      const { statements, byHand } = nextMigration(outlineOf(sql), target)
      expect(byHand).toEqual([])
      expect(statements).not.toEqual([])
      for (const statement of statements) sql.exec(statement)
      expect(nextMigration(outlineOf(sql), target)).toEqual({ statements: [], byHand: [] })
      expect(sql.prepare('SELECT id, name, parent FROM items').raw().all()).toEqual([
        [1, 'a', 1],
        [2, 'a', null],
      ])
    })

  const refused: Readonly<Record<string, [wanted: string, names: RegExp]>> = {
    'a column that is gone': [
      before.replace('name TEXT NOT NULL, ', '').replace('items(name)', 'items(parent)'),
      /items.name: the column is gone/,
    ],
    'a table that is gone': ['CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;', /items: the table is gone/],
    'a column of another type': [
      items(parent).replace('name TEXT', 'name ANY'),
      /"name text not null" has become "name any not null"/,
    ],
    'a value that is demanded of existing rows': [
      items(`${parent}, serial TEXT NOT NULL`),
      /cannot add "serial text not null"/,
    ],
    'a unique column': [items(`${parent}, serial TEXT UNIQUE`), /cannot add "serial text unique"/],
    'a column with a default that refers to another table': [
      items(`${parent}, other INTEGER DEFAULT 1 REFERENCES parents(id)`),
      /cannot add "other/,
    ],
    'a column with a computed default': [
      items(`${parent}, at INTEGER NOT NULL DEFAULT (unixepoch())`),
      /cannot add "at/,
    ],
    'a stored generated column': [
      items(`${parent}, upper TEXT GENERATED ALWAYS AS (upper(name)) STORED`),
      /cannot add "upper/,
    ],
    'a new column among the others': [
      items(parent).replace('name TEXT', 'serial TEXT, name TEXT'),
      /items: the columns have another order/,
    ],
    'a constraint on existing rows': [
      items(`${parent}, CHECK (id > 1)`),
      /"strict" has become "check\(id > 1\), strict"/,
    ],
    'a unique index on existing rows': [
      `${before} CREATE UNIQUE INDEX one ON items(name);`,
      /one: existing rows may contradict/,
    ],
    'a unique index on a new column with one value': [
      `${items(`${parent}, n INTEGER DEFAULT 0`)} CREATE UNIQUE INDEX one ON items(n);`,
      /one: existing rows may contradict/,
    ],
  }
  for (const [what, [wanted, names]] of Object.entries(refused))
    it(`is left to a person for ${what}`, () => {
      const { byHand } = nextMigration(outlineOf(databaseWith(before)), outlineOf(databaseWith(wanted)))
      expect(byHand.join('\n')).toMatch(names)
    })

  it('is appended to the list as text that runs, whatever characters it has', async () => {
    const file = join(directory(), 'migrations.ts')
    const first = "export const migrations: readonly string[] = ['CREATE TABLE t (a TEXT)']\n"
    const odd = ['`$', '{x}', String.raw`\n`].join('')
    const added = `ALTER TABLE t ADD COLUMN b TEXT DEFAULT '${odd}'`
    writeFileSync(
      file,
      appendMigration(appendMigration(first, [added]), ['CREATE INDEX t_b ON t(b)', 'DROP INDEX t_b']),
    )
    const read = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { migrations: readonly string[] }
    expect(read.migrations.map((step) => step.trim())).toEqual([
      'CREATE TABLE t (a TEXT)',
      `${added};`,
      'CREATE INDEX t_b ON t(b);\n  DROP INDEX t_b;',
    ])
    const sql = databaseWith(read.migrations.join(';'))
    sql.exec("INSERT INTO t (a) VALUES ('x')")
    expect(sql.prepare('SELECT b FROM t').pluck().get()).toBe(odd)
    const ours = resolve(import.meta.dirname, '../../electron/platform/store/migrations.ts')
    expect(appendMigration(readFileSync(ours, 'utf8'), [added])).toContain('ADD COLUMN b')
    expect(() => appendMigration(`${first}export const more = 1\n`, [added])).toThrow('must end the file')
  })
})
