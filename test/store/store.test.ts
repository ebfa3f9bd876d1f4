import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import * as schema from '../../electron/platform/store/schema.ts'
import { DATABASE, migrations, openStore, type Store } from '../../electron/platform/store/store.ts'

const directories: string[] = []
const stores: Store[] = []
const open = (directory = mkdtempSync(join(tmpdir(), 'store-'))): { store: Store; directory: string } => {
  directories.push(directory)
  const store = openStore(directory)
  stores.push(store)
  return { store, directory }
}
const put = (store: Store, key: string, value: unknown) => () => {
  store.db.insert(schema.keyValues).values({ key, value }).run()
}
const keys = (store: Store) =>
  store.db
    .select({ key: schema.keyValues.key })
    .from(schema.keyValues)
    .all()
    .map((row) => row.key)

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

describe('the store', () => {
  it('keeps what was acknowledged when it is opened again', async () => {
    const { store, directory } = open()
    await store.write(put(store, 'a', 1))
    await stores.pop()?.close()
    expect(keys(open(directory).store)).toEqual(['a'])
  })

  it('undoes a write that throws, alone, and keeps the others of its batch', async () => {
    const { store } = open()
    const outcome = await Promise.allSettled([
      store.write(put(store, 'before', 1)),
      store.write(() => {
        put(store, 'half', 1)()
        throw new Error('no')
      }),
      store.write(put(store, 'after', 1)),
    ])
    expect(outcome.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(keys(store)).toEqual(['after', 'before'])
  })

  it('runs writes in the order they were asked for', async () => {
    const { store } = open()
    const order: number[] = []
    await Promise.all(Array.from({ length: 500 }, (_, n) => store.write(() => order.push(n))))
    expect(order).toEqual(Array.from({ length: 500 }, (_, n) => n))
  })

  it('refuses what a full disk has no room for, alone, and goes on when there is room', async () => {
    const { store } = open()
    await store.write(put(store, 'before', 1))
    const pages = Number(store.sql.pragma('page_count', { simple: true }))
    store.sql.pragma(`max_page_count = ${pages + 4}`)
    const large = 'x'.repeat(200_000)
    const outcome = await Promise.allSettled([
      store.write(put(store, 'small', 1)),
      store.write(put(store, 'large', large)),
      store.write(put(store, 'other', 1)),
    ])
    expect(outcome[1]).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } })
    // Who shares a lost transaction is told, and nothing of it shows.
    const kept = ['small', 'large', 'other'].filter((_, n) => outcome[n]?.status === 'fulfilled')
    expect(keys(store)).toEqual(['before', ...kept].sort())
    await store.write(put(store, 'later', 1))
    store.sql.pragma('max_page_count = 1000000')
    await store.write(put(store, 'large', large))
    expect(keys(store)).toEqual(expect.arrayContaining(['before', 'large', 'later']))
    expect(store.sql.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('refuses every write that cannot even begin, and goes on when it can', async () => {
    const { store } = open()
    store.sql.pragma('query_only = ON')
    const outcome = await Promise.allSettled([store.write(put(store, 'a', 1)), store.write(put(store, 'b', 1))])
    expect(outcome.map((o) => o.status)).toEqual(['rejected', 'rejected'])
    store.sql.pragma('query_only = OFF')
    await store.write(put(store, 'c', 1))
    expect(keys(store)).toEqual(['c'])
  })

  it('finishes what was accepted before it closes, and refuses afterwards', async () => {
    const { store, directory } = open()
    const accepted = store.write(put(store, 'last', 1))
    await stores.pop()?.close()
    await accepted
    await expect(store.write(() => 1)).rejects.toThrow('closed')
    expect(keys(open(directory).store)).toEqual(['last'])
  })

  it('refuses a second station on the same directory', () => {
    const { directory } = open()
    expect(() => openStore(directory)).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }))
  })

  it('refuses data of a newer program instead of damaging it', async () => {
    const { store, directory } = open()
    store.sql.pragma('user_version = 999')
    await stores.pop()?.close()
    expect(() => openStore(directory)).toThrow(expect.objectContaining({ code: 'DATABASE_TOO_NEW' }))
  })

  it('lets a device have one open job per module, whatever the code above does', async () => {
    const { store } = open()
    await store.write(() =>
      store.sql.exec(`
        INSERT INTO products VALUES (1, 'k', 'n', 'sagoo', 's', 0, 1, 'version', 0, 10000);
        INSERT INTO devices VALUES (1, 1, 'd', 's', 't', NULL, 0, 0);
        INSERT INTO packages VALUES (1, 1, 'default', 'p', '2', 'MD5', 'skipped', NULL, NULL, 0, NULL, 0);
        INSERT INTO campaigns (id, package_id, name, definition, status, created_at)
          VALUES (1, 1, 'c', '${JSON.stringify(definitionDefaults)}', 'running', 0);
        INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (1, 1, 'default', '2', 'failed', 0);
        INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (1, 1, 'default', '2', 'pending', 0);
      `),
    )
    await expect(
      store.write(() =>
        store.sql.exec(
          `INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (1, 1, 'default', '2', 'notified', 0)`,
        ),
      ),
    ).rejects.toThrow('UNIQUE')
  })

  it('brings data of every earlier program along, row by row', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'store-'))
    directories.push(directory)
    const before = new Database(join(directory, DATABASE))
    const names = migrations.findIndex((script) => script.includes('packages_by_name'))
    for (const script of migrations.slice(0, names)) before.exec(script)
    before.exec(`
      PRAGMA user_version = ${names};
      INSERT INTO products VALUES (1, 'k', 'n', 'sagoo', 's', 0, 1, 'version', 0), (2, 'l', 'm', 'sagoo', 's', 0, 1, 'version', 0);
      INSERT INTO packages VALUES (1, 1, 'default', 'p', '2', 'MD5', 'skipped', NULL, NULL, 0, NULL, 0);
      INSERT INTO packages VALUES (7, 1, 'default', 'gone', '3', 'MD5', 'skipped', NULL, NULL, 0, NULL, 0);
      DELETE FROM packages WHERE id = 7;
      INSERT INTO package_files VALUES (1, 0, 'a.bin', 1, 'x', 'y');
      INSERT INTO campaigns (id, package_id, name, kind, scope, from_versions, mode, strategy, protocol, push, tags, status, created_at)
        VALUES (1, 1, 'c', 'upgrade', 'all', '[]', 'full', 'static', 'http', 1, '{}', 'running', 0);`)
    before.close()
    const { store } = open(directory)
    const rows = (table: string): unknown => store.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect([rows('packages'), rows('package_files'), rows('campaigns')]).toEqual([1, 1, 1])
    expect(store.sql.pragma('foreign_keys', { simple: true })).toBe(1)
    const add = (product: number, name: string, version: string) =>
      store.sql
        .prepare(
          `INSERT INTO packages (product_id, module, name, version, sign_method, verification, created_at)
          VALUES (?, 'default', ?, ?, 'MD5', 'skipped', 0)`,
        )
        .run(product, name, version)
    // Another product may have the name; the number of the deleted package is given to no other.
    expect(add(2, 'p', '2').lastInsertRowid).toBe(8)
    expect(() => add(1, 'p', '9')).toThrow('UNIQUE')
    store.sql.exec('DELETE FROM products WHERE id = 1')
    expect([rows('packages'), rows('package_files'), rows('campaigns')]).toEqual([1, 0, 0])
  })

  it('counts a lost index or trigger as damage, as they hold the rules of the data', async () => {
    for (const [type, name] of [
      ['INDEX', 'jobs_one_open'],
      ['TRIGGER', 'jobs_deleted'],
    ]) {
      const { store, directory } = open()
      store.sql.exec(`DROP ${type} ${name}`)
      await stores.pop()?.close()
      expect(() => openStore(directory)).toThrow(
        expect.objectContaining({
          code: 'DATABASE_DAMAGED',
          data: expect.objectContaining({ detail: { phrase: 'phrases.tableMissing', fill: { name } } }),
        }),
      )
    }
  })
})
