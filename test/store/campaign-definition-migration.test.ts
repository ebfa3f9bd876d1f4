import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { CampaignDefinition } from '#shared/campaign/definition.ts'
import { campaignDefinitionMigration } from '../../electron/platform/store/campaign-definition-migration.ts'
import { migrations } from '../../electron/platform/store/migrations.ts'
import { migrate } from '../../electron/platform/store/open-database.ts'

const databases: Database.Database[] = []
afterEach(() => {
  while (databases.length > 0) databases.pop()?.close()
})

/** A database as the program before left it, with one product, package, device and what the test adds. */
const databaseBefore = (rows: string): Database.Database => {
  const sql = new Database(':memory:')
  databases.push(sql)
  const at = migrations.indexOf(campaignDefinitionMigration)
  for (const script of migrations.slice(0, at)) sql.exec(script)
  sql.exec(`
    PRAGMA user_version = ${at};
    INSERT INTO products (id, key, name, protocol, secret, auto_register, success_criterion, created_at) VALUES (1, 'k', 'n', 'sagoo', 's', 0, 'version', 0);
    INSERT INTO devices (id, product_id, name, secret, access_token, created_at) VALUES (1, 1, 'd', 's', 't', 0);
    INSERT INTO packages (id, product_id, module, name, version, sign_method, verification, created_at) VALUES (1, 1, 'default', 'p', '2', 'MD5', 'skipped', 0);
    ${rows}`)
  return sql
}

const definitionOf = (sql: Database.Database, id: number): unknown =>
  JSON.parse(sql.prepare<[number], string>('SELECT definition FROM campaigns WHERE id = ?').pluck().get(id) ?? 'null')

describe('the options of campaigns of the program before', () => {
  it('are in the definition with every value, and in the columns that statements look for', () => {
    const sql = databaseBefore(`
      INSERT INTO campaigns (id, package_id, name, kind, scope, from_versions, mode, strategy, protocol, push, policy, tags, hints, status, created_at,
        plan, start_at, timeout_minutes, push_timeout_minutes, joining, rate_tokens, wake_at, bytes_served, pending)
      VALUES (3, 1, 'c', 'verify', 'devices', '["1.0","1.1"]', 'auto', 'dynamic', 'mqtt', 0, 'silent', '{"line":"A","n":"null"}',
        '{"retry":{"times":2,"intervalMinutes":5,"on":["download"]},"conditions":{"battery":0}}', 'scheduled', 7,
        '{"window":{"from":"22:00","to":"06:00"},"rate":{"perMinute":3},"failureThreshold":{"percent":20,"minimum":10},"deviceTags":["hall 1"],"percent":25,"overwrite":true,"stepTimeoutMinutes":{"installing":9}}',
        99, 30, 15, 1, 1.5, 98, 4096, 1);
      INSERT INTO campaign_groups (campaign_id, position, name, percent, success_percent, proceed, status) VALUES
        (3, 1, 'second', 10, 0, 'person', 'closed'), (3, 0, 'first', 5, 95, 'auto', 'closed'), (3, 2, '', NULL, NULL, 'auto', 'closed');
      INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (3, 1, 'default', '2', 'pending', 0);`)
    migrate(sql, 'test.sqlite')
    const expected = {
      kind: 'verify',
      mode: 'auto',
      scope: 'devices',
      fromVersions: ['1.0', '1.1'],
      deviceTags: ['hall 1'],
      percent: 25,
      overwrite: true,
      strategy: 'dynamic',
      transport: 'mqtt',
      push: false,
      policy: 'silent',
      tags: { line: 'A', n: 'null' },
      retry: { times: 2, intervalMinutes: 5, on: ['download'] },
      conditions: { battery: 0 },
      window: { from: '22:00', to: '06:00' },
      rate: { perMinute: 3 },
      groups: [
        { name: 'first', percent: 5, successPercent: 95, proceed: 'auto' },
        { name: 'second', percent: 10, successPercent: 0, proceed: 'person' },
      ],
      failureThreshold: { percent: 20, minimum: 10 },
      timeoutMinutes: 30,
      pushTimeoutMinutes: 15,
      stepTimeoutMinutes: { installing: 9 },
    }
    expect(definitionOf(sql, 3)).toEqual(expected)
    expect(CampaignDefinition.parse(definitionOf(sql, 3))).toEqual(expected)
    expect(sql.prepare('SELECT * FROM campaigns').get()).toMatchObject({
      ...{ id: 3, package_id: 1, name: 'c', status: 'scheduled', created_at: 7, start_at: 99, joining: 1, wake_at: 98 },
      ...{ rate_tokens: 1.5, bytes_served: 4096, pending: 1 },
      ...{ kind: 'verify', mode: 'auto', transport: 'mqtt', push: 0, push_timeout_minutes: 15 },
    })
  })

  it('that were left out stand at their defaults, and a campaign that was deleted gives its number to no other', () => {
    const sql = databaseBefore(`
      INSERT INTO campaigns (id, package_id, name, kind, scope, from_versions, mode, strategy, protocol, push, tags, status, created_at, succeeded)
        VALUES (3, 1, 'c', 'upgrade', 'all', '[]', 'full', 'static', 'https', 1, '{}', 'running', 0, 1), (8, 1, 'x', 'upgrade', 'all', '[]', 'full', 'static', 'http', 1, '{}', 'running', 0, 0);
      INSERT INTO campaign_groups (campaign_id, position, name, proceed, status, succeeded) VALUES (3, 0, '', 'auto', 'open', 1);
      INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (3, 1, 'default', '2', 'succeeded', 0);
      DELETE FROM campaigns WHERE id = 8;`)
    migrate(sql, 'test.sqlite')
    expect(CampaignDefinition.parse(definitionOf(sql, 3))).toEqual(CampaignDefinition.parse({ transport: 'https' }))
    const { lastInsertRowid } = sql
      .prepare(
        "INSERT INTO campaigns (package_id, name, definition, status, created_at) VALUES (1, 'y', ?, 'running', 0)",
      )
      .run(JSON.stringify(CampaignDefinition.parse({})))
    expect(lastInsertRowid).toBe(9)
    // The jobs still belong to it: a deleted device leaves its counts right, a deleted package takes the campaign along.
    sql.pragma('foreign_keys = ON')
    sql.exec('DELETE FROM devices WHERE id = 1')
    expect(sql.prepare('SELECT succeeded FROM campaigns WHERE id = 3').pluck().get()).toBe(0)
    expect(sql.prepare('SELECT succeeded FROM campaign_groups WHERE campaign_id = 3').pluck().get()).toBe(0)
    sql.exec('DELETE FROM packages WHERE id = 1')
    expect(sql.prepare('SELECT count(*) FROM campaign_groups').pluck().get()).toBe(0)
  })
})
