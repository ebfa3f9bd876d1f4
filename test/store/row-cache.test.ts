import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { createJobStore } from '../../electron/platform/campaigns/jobs/job-store.ts'
import { openStore, type Store } from '../../electron/platform/store/store.ts'

const JOBS = 6

/** Two campaigns of three devices, of which each has one job that ended and one that is open. */
const openFilled = (): Store => {
  const directory = mkdtempSync(join(tmpdir(), 'rows-'))
  const store = openStore(directory)
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const definition = JSON.stringify(definitionDefaults)
  store.sql.exec(`
    INSERT INTO products (id, name, key, protocol, secret, auto_register, success_criterion, created_at)
      VALUES (1, 'p', 'p', 'sagoo', 's', 0, 'version', 0);
    INSERT INTO packages (id, product_id, module, name, version, sign_method, verification, created_at)
      VALUES (1, 1, 'default', 'x', '2.0.0', 'MD5', 'none', 0), (2, 1, 'default', 'y', '3.0.0', 'MD5', 'none', 0);
    INSERT INTO devices (id, product_id, name, secret, access_token, created_at)
      VALUES (1, 1, 'a', 's', 'a', 0), (2, 1, 'b', 's', 'b', 0), (3, 1, 'c', 's', 'c', 0);
    INSERT INTO campaigns (id, package_id, name, definition, status, created_at)
      VALUES (1, 1, 'old', '${definition}', 'finished', 1), (2, 2, 'new', '${definition}', 'running', 1);
    INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at)
      SELECT c.id, d.id, 'default', '2.0.0', iif(c.id = 1, 'failed', 'pending'), 1 FROM campaigns c, devices d`)
  return store
}

const definition = JSON.stringify({ ...definitionDefaults, push: false })

/** Statements of all kinds that change what is known of a job, by whichever table. */
const changes = [
  "UPDATE jobs SET state = 'downloading', progress = 5 WHERE id = :id AND campaign_id = 2",
  "UPDATE jobs SET state = 'cancelled', finished_at = 2 WHERE state = 'pending' AND id >= :id",
  'UPDATE jobs SET progress = progress + 1',
  "UPDATE campaigns SET status = iif(status = 'running', 'halted', 'running') WHERE id = 1 + :id % 2",
  `UPDATE campaigns SET definition = '${definition}' WHERE id = 1 + :id % 2`,
  "UPDATE products SET success_criterion = iif(success_criterion = 'version', 'progress', 'version')",
  'DELETE FROM jobs WHERE id = :id',
  'DELETE FROM devices WHERE id = 1 + :id % 3',
  'DELETE FROM packages WHERE id = 1 + :id % 2',
  `INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at)
    SELECT c.id, d.id, 'other', '2.0.0', 'pending', 1 FROM campaigns c, devices d WHERE c.id = 2 AND d.id = 1 + :id % 3
    AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.device_id = d.id AND o.module = 'other')`,
] as const

it('what is known of jobs is never older than the store, whatever statement changes it, alone or undone', async () => {
  const writes = fc.array(
    fc.record({
      steps: fc.array(fc.record({ change: fc.nat(changes.length - 1), id: fc.integer({ min: 1, max: JOBS }) })),
      undone: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(writes, async (list) => {
      const store = openFilled()
      const known = createJobStore(store)
      const compare = (): void => {
        // Has asked nothing yet, so it reads.
        const fresh = createJobStore(store)
        for (let id = 1; id <= JOBS + 3; id++) expect(known.byId(id)).toEqual(fresh.byId(id))
        for (let id = 1; id <= 3; id++) expect(known.openOfDevice(id)).toEqual(fresh.openOfDevice(id))
      }
      compare()
      for (const { steps, undone } of list) {
        const write = store.write(() => {
          for (const { change, id } of steps) {
            const statement = changes[change] ?? ''
            store.sql.prepare(statement).run(statement.includes(':id') ? { id } : {})
            compare()
          }
          if (undone) throw new Error('undone')
        })
        await write.catch(() => undefined)
        compare()
      }
    }),
    { numRuns: 30 },
  )
})
