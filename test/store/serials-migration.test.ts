import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { migrations } from '../../electron/platform/store/migrations.ts'

const step = migrations.findIndex((migration) => migration.includes('CREATE TABLE bench_serials'))

/** A database of the release before serial numbers had their table, with unit records as they stood in it. */
const before = (
  records: readonly (readonly [unit: string, serial: string | null, state: string, product: number | null])[],
) => {
  const sql = new Database(':memory:')
  for (const migration of migrations.slice(0, step)) sql.exec(migration)
  sql.exec(`INSERT INTO products (id, key, name, protocol, secret, auto_register, success_criterion, created_at)
    VALUES (5, 'pk', 'Meter', 'sagoo', 's', 0, 'version', 0)`)
  const recipe = sql.prepare(
    `INSERT INTO bench_recipes (id, name, version, product_id, content, created_at, updated_at) VALUES (?, ?, 1, ?, '{}', 0, 0)`,
  )
  recipe.run(1, 'Without', null)
  recipe.run(2, 'With', 5)
  const insert =
    sql.prepare(`INSERT INTO bench_records (run_id, attempt, unit, serial, line_name, slot_label, recipe_id, recipe_name,
    recipe_version, images, state, error_data, first, started_at, finished_at, log)
    VALUES (?, 1, ?, ?, 'L', 'S', ?, 'R', 1, '[]', ?, '{}', 1, 0, ?, '[]')`)
  records.forEach(([unit, serial, state, product], at) => {
    insert.run(at + 1, unit, serial, product === null ? 1 : 2, state, 1000 + at)
  })
  sql.exec(migrations[step] ?? '')
  return sql
    .prepare('SELECT scope, serial, unit, run_id, claimed_at, retired_at, shared FROM bench_serials ORDER BY id')
    .raw()
    .all()
}

it('serial numbers of older unit records become their units’; those of two units stay with both and are marked', () => {
  expect(
    before([
      ['aa', 'SN-1', 'passed', null],
      ['aa', 'SN-1', 'passed', null],
      ['bb', 'sn-1', 'passed', null],
      ['cc', 'SN-2', 'failed', null],
      ['dd', null, 'passed', null],
      ['ee', 'SN-1', 'passed', 5],
    ]),
  ).toEqual([
    [0, 'SN-1', 'aa', 1, 1000, null, 0],
    [0, 'sn-1', 'bb', 3, 1002, null, 1],
    [5, 'SN-1', 'ee', 6, 1005, null, 0],
  ])
})

it('of several serial numbers of one unit the latest counts', () => {
  expect(
    before([
      ['aa', 'SN-1', 'passed', null],
      ['aa', 'SN-2', 'passed', null],
    ]),
  ).toEqual([
    [0, 'SN-1', 'aa', 1, 1000, 1000, 0],
    [0, 'SN-2', 'aa', 2, 1001, null, 0],
  ])
})
