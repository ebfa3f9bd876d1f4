import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { routes } from '../../electron/api/routes.ts'
import { DATABASE, openStore } from '../../electron/platform/store/store.ts'
import { connectDevice } from '../helpers/device.ts'
import { judge, planOf, sorted, wholes } from '../helpers/statement-rules.ts'
import { startTestStation } from '../helpers/station.ts'

/*
 * How SQLite carries out the statements of a station: those of a session that makes use of every table and asks every list with each of its
 * filters.
 */

const values: Readonly<Record<string, string>> = {
  q: 'dev',
  module: 'default',
  state: 'failed',
  status: 'running',
  tag: 'hall',
  version: '1.0.0',
  online: 'true',
  selfRegistered: 'true',
  from: '2020-01-01T00:00:00Z',
  to: '2030-01-01T00:00:00Z',
  groupBy: 'line',
}

/** Runs the session. */
const collect = async (): Promise<readonly string[]> => {
  const statements = new Set<string>()
  const prepare = Database.prototype.prepare
  Database.prototype.prepare = function (this: Database.Database, source: string) {
    statements.add(source)
    return prepare.call(this, source)
  } as typeof prepare
  onTestFinished(() => {
    Database.prototype.prepare = prepare
  })
  const station = await startTestStation()
  const { client } = station
  const product = await client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  const deviceIds: number[] = []
  const secrets: string[] = []
  for (let n = 0; n < 3; n++) {
    const { id, secret } = await client.devices.create({ productId: product.id, name: `dev${n}` })
    deviceIds.push(id)
    secrets.push(secret)
  }
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0' })
  await client.devices.changeTags({ deviceIds, add: ['hall'], remove: ['line'] })
  const login = { mqttUrl: station.mqttUrl, productKey: 'gw', name: 'dev0', secret: secrets[0] ?? '' }
  const device = await connectDevice(login)
  await device.listen()
  await device.inform('1.0.0')
  await device.ask()
  const chosen = { packageId: pack.id, fromVersions: ['1.0.0'], deviceTags: ['hall'] }
  await client.campaigns.preview(chosen)
  const first = await client.campaigns.create({ packageId: pack.id, name: 'first' })
  await (await fetch((await device.notice()).data.url)).arrayBuffer()
  await device.progress(30)
  await device.progress(-1)
  for (const { method, path, query } of routes) {
    if (method !== 'GET' || path === '/events') continue
    const ask = (names: readonly string[]) =>
      station.rest(
        'GET',
        `${path.replaceAll(/\{\w+\}/g, '1')}?${new URLSearchParams(names.map((name) => [name, values[name] ?? '1']))}`,
      )
    for (const names of [[], ...[...query].map((name) => [name]), [...query]]) await ask(names)
  }
  await client.campaigns.retryFailed({ id: first.id })
  await client.campaigns.cancel({ id: first.id })
  const named = { packageId: pack.id, scope: 'devices', deviceIds } as const
  await client.campaigns.create({ ...named, name: 'second' })
  await client.campaigns.create({ packageId: pack.id, name: 'third', overwrite: true })
  await station.stop()
  return [...statements].filter((statement) => /^\s*(?:select|insert|update|delete|with)\b/i.test(statement))
}

let collected: Promise<readonly string[]> | undefined

/** Every statement of the session, which the first test that asks runs. */
const statementsOfSession = (): Promise<readonly string[]> => {
  collected ??= collect()
  return collected
}

/** Devices with a job each that ended and one that is open. */
const fill = (sql: Database.Database, devices: number): void => {
  const definition = JSON.stringify(definitionDefaults)
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${devices})`
  sql.exec(`BEGIN;
    INSERT INTO products (id, name, key, protocol, secret, auto_register, success_criterion, created_at)
      VALUES (1, 'p', 'p', 'sagoo', 's', 0, 'version', 0);
    INSERT INTO packages (id, product_id, module, name, version, sign_method, verification, created_at)
      VALUES (1, 1, 'default', 'x', '2.0.0', 'MD5', 'none', 0);
    ${numbers} INSERT INTO devices (id, product_id, name, secret, access_token, created_at)
      SELECT i, 1, printf('unit-%06d', i), 's', printf('token-%d', i), 0 FROM n;
    INSERT INTO device_versions SELECT id, 'default', product_id, '1.0.0', 0 FROM devices;
    INSERT INTO device_tags SELECT id, printf('hall %d', id % 10), product_id FROM devices;
    INSERT INTO campaigns (id, package_id, name, definition, status, created_at)
      VALUES (1, 1, 'old', '${definition}', 'finished', 1), (2, 1, 'new', '${definition}', 'running', 1);
    INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at)
      SELECT c.id, d.id, 'default', '2.0.0', iif(c.id = 1, 'failed', 'pending'), 1 FROM campaigns c, devices d;
    COMMIT`)
}

/** The plans of all statements on a database with that many devices, opened after somebody ran ANALYZE on it or not. */
const plansOf = async (devices: number, analyzed: boolean): Promise<ReadonlyMap<string, readonly string[]>> => {
  const statements = await statementsOfSession()
  const directory = mkdtempSync(join(tmpdir(), 'plans-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  await openStore(directory).close()
  const outside = new Database(join(directory, DATABASE))
  if (devices > 0) fill(outside, devices)
  if (analyzed) outside.exec('ANALYZE')
  outside.close()
  const store = openStore(directory)
  onTestFinished(() => store.close())
  return new Map(statements.map((statement) => [statement, planOf(store.sql, statement)]))
}

it('statements are carried out alike on small and large databases, and where somebody ran ANALYZE', async () => {
  const fresh = await plansOf(0, false)
  expect(fresh.size).toBeGreaterThan(200)
  for (const [devices, analyzed] of [
    [0, true],
    [2000, false],
    [2000, true],
  ] as const)
    expect(await plansOf(devices, analyzed)).toEqual(fresh)
})

it('no statement is planned anew for each value: each parameter that is compared has its plus', async () => {
  const bare = /(?:=|\b(?:IS|IS NOT|LIKE|LIMIT)\b)\s*[?:@$]/i
  expect((await statementsOfSession()).filter((statement) => bare.test(statement.replaceAll(/'[^']*'/g, '')))).toEqual(
    [],
  )
})

it('no statement turns a list round, sorts a page or reads a large table as a whole, but for those that say why', async () => {
  const complaints: string[] = []
  const used = new Set<string>()
  for (const [statement, plan] of await plansOf(0, false)) {
    const judged = judge(statement, plan)
    if (judged?.allowedBy !== undefined) used.add(judged.allowedBy)
    else if (judged) complaints.push(`${statement}: ${judged.complaint}`)
  }
  expect(complaints).toEqual([])
  expect([...wholes, ...sorted].map(([part]) => part).filter((part) => !used.has(part))).toEqual([])
})

it('a bad statement is complained of by whatever test prepares it', async () => {
  const bad = {
    'SELECT * FROM jobs WHERE state = ?': 'reads jobs as a whole',
    'SELECT d.id FROM json_each(:ids) ids JOIN devices d ON +d.id = ids.value': 'reads devices as a whole',
    'SELECT id FROM devices WHERE product_id = ? ORDER BY secret LIMIT 5': 'sorts a page',
  }
  const directory = mkdtempSync(join(tmpdir(), 'plans-'))
  const store = openStore(directory)
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  for (const [statement, complaint] of Object.entries(bad))
    expect(judge(statement, planOf(store.sql, statement))?.complaint).toBe(complaint)
})
