import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CampaignInput, PackageInput, ProductInput } from '#shared/schema.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createJobTokens } from '../../electron/platform/device-http/job-tokens.ts'
import { openTestPlatform, type TestPlatform } from '../helpers/platform.ts'

const JOBS = 3
let directory: string
let station: TestPlatform

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tokens-'))
  station = await openTestPlatform(directory)
  const { platform } = station
  const product = await platform.products.create(ProductInput.parse({ name: 'p', key: 'p', protocol: 'onenet' }))
  for (let n = 0; n < JOBS; n++) await platform.devices.create({ productId: product.id, name: `d${n}`, tags: [] })
  const upload = await platform.uploads.receive('a.bin', Readable.from([Buffer.from('firmware')]))
  const pack = await platform.packages.create(
    PackageInput.parse({ productId: product.id, name: 'a', version: '2.0.0', uploads: [upload.id] }),
  )
  await platform.campaigns.create(CampaignInput.parse({ packageId: pack.id, name: 'a' }))
})

afterAll(async () => {
  await station.close()
  rmSync(directory, { recursive: true })
})

it('knows of each token what the database has, whatever was asked, issued, deleted and undone before', async () => {
  const { store } = station
  const step = fc.record({
    what: fc.constantFrom('issue', 'issue', 'expire', 'delete', 'undo', 'ask'),
    jobId: fc.integer({ min: 1, max: JOBS }),
    attempt: fc.integer({ min: 1, max: 2 }),
    now: fc.nat(1000),
  })
  const truth = store.sql.prepare<[string], object>(
    'SELECT token, job_id AS jobId, attempt, expires_at AS expiresAt FROM job_tokens WHERE token = ?',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      store.sql.prepare('DELETE FROM job_tokens').run()
      const tokens = createJobTokens(store, systemRandom)
      const issued = new Set<string>()
      const check = () => {
        for (const token of [...issued, 'ota_none']) expect(tokens.find(token)).toEqual(truth.get(token))
      }
      for (const { what, jobId, attempt, now } of steps) {
        if (what === 'issue') issued.add(await tokens.issue(jobId, attempt, now, now + 500))
        if (what === 'expire')
          await store.write(() =>
            store.sql.prepare('UPDATE job_tokens SET expires_at = ? WHERE job_id = ?').run(now, jobId),
          )
        if (what === 'delete')
          await store.write(() => store.sql.prepare('DELETE FROM job_tokens WHERE job_id = ?').run(jobId))
        if (what === 'undo')
          await store
            .write(() => {
              store.sql.prepare('DELETE FROM job_tokens WHERE job_id = ?').run(jobId)
              check()
              throw new Error('undone')
            })
            .catch((error: Error) => expect(error.message).toBe('undone'))
        check()
      }
    }),
    { numRuns: 100 },
  )
})
