import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Job } from '#shared/schema.ts'
import { createTestClock } from '../helpers/clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { root, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

const folder = join(root, 'test/fixtures/data-directories')
const releases = readdirSync(folder).flatMap((name) => /^(.*)[.]tar[.]gz$/.exec(name)?.[1] ?? [])
const Expected = z.object({
  products: z.number(),
  devices: z.number(),
  packages: z.array(z.tuple([z.string(), z.string(), z.string()])),
  campaigns: z.array(z.tuple([z.string(), z.string(), z.record(z.string(), z.number())])),
  jobs: z.array(z.tuple([z.string(), z.string(), z.string().nullable()])),
  recipes: z.array(z.tuple([z.string(), z.number()])),
  lines: z.array(z.tuple([z.string(), z.number()])),
})

/** What a station shows, in the form that a release wrote down. */
const shownBy = async ({ client }: TestStation): Promise<z.infer<typeof Expected>> => {
  const limit = 1000
  const campaigns = (await client.campaigns.list({ limit })).items
  const jobs: Job[] = []
  for (const { id } of campaigns) jobs.push(...(await client.campaigns.jobs({ id, limit })).items)
  return {
    products: (await client.products.list({ limit })).items.length,
    devices: (await client.devices.list({ limit })).items.length,
    packages: (await client.packages.list({ limit })).items.map(({ name, version, verification }) => [
      name,
      version,
      verification,
    ]),
    campaigns: campaigns.map(({ name, status, counts }) => [name, status, counts]),
    jobs: jobs.map(({ deviceName, state, errorCode }) => [deviceName, state, errorCode]),
    recipes: (await client.bench.recipes({})).items.map(({ name, version }) => [name, version]),
    lines: (await client.bench.lines()).items.map(({ name, slots }) => [name, slots.length]),
  }
}

it.each(releases)('the data directory of %s opens, with everything in it still there', async (release) => {
  using data = scratch()
  execFileSync('tar', ['-xzf', join(folder, `${release}.tar.gz`), '-C', data.path], { timeout: limits.program })
  const directory = join(data.path, release)
  const blobs = () => readdirSync(join(directory, 'blobs'), { recursive: true }).sort()
  const before = blobs()
  const authority = readFileSync(join(directory, 'tls', 'ca.pem'), 'utf8')
  const expected = Expected.parse(JSON.parse(readFileSync(join(folder, `${release}.json`), 'utf8')))
  // Opened a minute later: by now jobs that devices were told of then have run out of time, rightly.
  const clock = createTestClock(statSync(join(directory, 'ota-bench.sqlite-wal')).mtimeMs + 60_000)
  const station = await startTestStation({ directory, clock, tls: true })
  const shown = await shownBy(station)
  const byName = (jobs: typeof shown.jobs) => [...jobs].sort(([a], [b]) => a.localeCompare(b))
  expect({ ...shown, jobs: [] }).toEqual({ ...expected, jobs: [] })
  // Those of the scheduled campaign were not written down.
  expect(byName(shown.jobs)).toEqual(expect.arrayContaining(expected.jobs))
  expect((await station.client.operator.state()).pinSet).toBe(true)
  await expect(station.client.operator.unlock({ pin: '2468' })).resolves.toMatchObject({ ticket: expect.any(String) })
  expect(blobs()).toEqual(before)
  expect((await station.client.setAside.list()).items).toEqual([])
  expect(readFileSync(join(directory, 'tls', 'ca.pem'), 'utf8')).toBe(authority)
  // It was open to every user of the machine.
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  for (const name of ['ota-bench.sqlite', 'ota-bench.sqlite-wal', 'tls/ca.key', 'tls/server.key'])
    expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0)
})
