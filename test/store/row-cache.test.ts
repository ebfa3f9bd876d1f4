import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createWakeUps, InFlightNotices } from '../../electron/platform/campaigns/delivery/in-flight-notices.ts'
import { createJobStore, type JobStore } from '../../electron/platform/campaigns/jobs/job-store.ts'
import { createRolloutStore } from '../../electron/platform/campaigns/rollout-store.ts'
import { openStore, type Store } from '../../electron/platform/store/store.ts'

const JOBS = 6

/** Reads a campaign and its groups as the rollout does; undefined when it is not there. */
const campaignsOf = (store: Store): ((id: number) => unknown) => {
  const context = {
    store,
    events: new PlatformEvents(),
    clock: systemClock,
    random: systemRandom,
    logger: pino({ level: 'silent' }),
  }
  const rollout = createRolloutStore(context, {
    jobs: createJobStore(store),
    inFlight: new InFlightNotices(),
    wakeUps: createWakeUps(),
    audit: { append: () => undefined },
    zone: 'UTC',
  })
  return (id) => {
    try {
      return [rollout.row(id), rollout.groups(id)]
    } catch {
      return undefined
    }
  }
}

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
    INSERT INTO campaign_groups (campaign_id, position, name, proceed, status) SELECT id, 0, '', 'auto', 'open' FROM campaigns;
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
  'UPDATE campaigns SET failed = failed + 1 WHERE id = 1 + :id % 2',
  "UPDATE campaign_groups SET status = iif(status = 'open', 'passed', 'open') WHERE campaign_id = 1 + :id % 2",
  'DELETE FROM jobs WHERE id = :id',
  'DELETE FROM devices WHERE id = 1 + :id % 3',
  'DELETE FROM packages WHERE id = 1 + :id % 2',
  `INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at)
    SELECT c.id, d.id, 'other', '2.0.0', 'pending', 1 FROM campaigns c, devices d WHERE c.id = 2 AND d.id = 1 + :id % 3
    AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.device_id = d.id AND o.module = 'other')`,
] as const

/** What the engine itself writes, of which the result is remembered. */
const saves: readonly ((jobs: JobStore, id: number) => void)[] = [
  (jobs, id) => {
    const job = jobs.byId(id)
    const happening = { what: 'progress', detail: null }
    if (job) jobs.save(job, { ...job, state: 'downloading', progress: id, updatedAt: 2, startedAt: 2 }, happening, 9)
  },
  (jobs, id) => {
    const job = jobs.byId(id)
    if (job) jobs.save(job, { ...job, state: 'failed', errorCode: 'X', finishedAt: 3, retryAt: null }, undefined, null)
  },
  (jobs, id) => {
    const job = jobs.openOfDevice(1 + (id % 3)).at(-1)
    if (!job) return
    const chosen = { artifact: 'full', diffId: null, artifactSize: id, artifactNote: null, fullNext: true } as const
    const saved = jobs.saveArtifact(job, chosen)
    jobs.save(saved, { ...saved, progress: 7, description: 'from a row that was just saved' }, undefined, 5)
    // The row of before is no longer what the store says.
    jobs.save(job, { ...job, acknowledgeBy: 4 }, undefined, null)
  },
  (jobs, id) => {
    jobs.preload([id, id + 1])
    jobs.together(() => {
      for (const each of [id, id + 1]) {
        const job = jobs.byId(each)
        if (job?.state === 'pending') jobs.save(job, { ...job, state: 'notified', notifiedAt: 1 }, undefined, 4)
      }
    })
  },
]

it('what is known of jobs and campaigns is never older than the store, whatever statement changes it, alone or undone', async () => {
  const writes = fc.array(
    fc.record({
      steps: fc.array(
        fc.record({ change: fc.nat(changes.length + saves.length - 1), id: fc.integer({ min: 1, max: JOBS }) }),
      ),
      undone: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(writes, async (list) => {
      const store = openFilled()
      const known = createJobStore(store)
      const campaigns = campaignsOf(store)
      const compare = (): void => {
        // Has asked nothing yet, so it reads.
        const fresh = createJobStore(store)
        for (let id = 1; id <= JOBS + 3; id++) expect(known.byId(id)).toEqual(fresh.byId(id))
        for (let id = 1; id <= 3; id++) expect(known.openOfDevice(id)).toEqual(fresh.openOfDevice(id))
        const freshCampaigns = campaignsOf(store)
        for (let id = 1; id <= 2; id++) expect(campaigns(id)).toEqual(freshCampaigns(id))
      }
      compare()
      for (const { steps, undone } of list) {
        const write = store.write(() => {
          for (const { change, id } of steps) {
            saves[change - changes.length]?.(known, id)
            const statement = changes[change]
            if (statement !== undefined) store.sql.prepare(statement).run(statement.includes(':id') ? { id } : {})
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
