import { describe, expect, it } from 'vitest'
import type { Job } from '#shared/schema.ts'
import { createTestClock } from '../helpers/clock.ts'
import { connectDevice } from '../helpers/device.ts'
import { until } from '../helpers/until.ts'
import { image, prepareReal, reasonsOf } from '../simulator/real-station.ts'

// Every rule of a campaign once over real MQTT and HTTP, by virtual devices; the station's time is the test's own.

const MINUTE = 60_000
const NOON = Date.UTC(2026, 0, 1, 12)

const prepare = async (protocol: Parameters<typeof prepareReal>[0] = 'sagoo') => {
  const clock = createTestClock(NOON)
  const real = await prepareReal(protocol, { clock })
  const { client } = real.station
  return {
    ...real,
    clock,
    client,
    campaign: (id: number) => client.campaigns.get({ id }),
    devices: async () => (await client.devices.list({ productId: real.product.id, limit: 1000 })).items,
    /** Moves time on, and lets what fell due reach the devices. */
    status: (id: number, wanted: string) =>
      until(
        () => client.campaigns.get({ id }),
        ({ status, waitsFor }) => status === wanted || waitsFor === wanted,
      ),
  }
}

const at = (time: string | null): number => Date.parse(time ?? '')

/** The most jobs that were under way at one moment. */
const atOnce = (jobs: readonly Job[]): number =>
  Math.max(
    ...jobs.map(
      (one) =>
        jobs.filter((other) => at(other.notifiedAt) <= at(one.notifiedAt) && at(one.notifiedAt) < at(other.finishedAt))
          .length,
    ),
  )

describe('whom a campaign reaches, over the wire', () => {
  it('those of a version, those chosen, those with a tag, a share of them; the others are left alone', async () => {
    const { run, upgrade, becomes, client, devices, product } = await prepare()
    await run()
    await becomes(await upgrade({ percent: 30 }), { succeeded: 3 })
    await becomes(await upgrade({ fromVersions: ['2.0.0'] }), { succeeded: 3 })
    const [first, second] = await devices()
    await becomes(await upgrade({ scope: 'devices', deviceIds: [first?.id ?? 0] }), { succeeded: 1 })
    await client.devices.update({ id: second?.id ?? 0, tags: ['north'] })
    await becomes(await upgrade({ deviceTags: ['north'] }), { succeeded: 1 })
    const { items } = await client.products.versions({ id: product.id, module: 'default' })
    expect(items.reduce((sum, { devices }) => sum + devices, 0)).toBe(10)
    expect(items.find(({ version }) => version === '5.0.0')).toMatchObject({ devices: 1 })
  })

  it('nobody before a verification has proven the package on chosen devices', async () => {
    const { run, station, product, becomes, client, devices } = await prepare()
    await run()
    const pack = await station.addPackage({
      productId: product.id,
      name: 'proven first',
      version: '2.0.0',
      verify: true,
      bytes: image,
    })
    const create = { packageId: pack.id, name: 'all' }
    await expect(client.campaigns.create(create)).rejects.toMatchObject({ code: 'NOT_VERIFIED' })
    const [first] = await devices()
    const chosen = { scope: 'devices' as const, deviceIds: [first?.id ?? 0] }
    const verify = await client.campaigns.create({ ...create, kind: 'verify', ...chosen })
    await becomes(verify.id, { succeeded: 1 })
    await expect(client.packages.get({ id: pack.id })).resolves.toMatchObject({ verification: 'verified' })
    const { id } = await client.campaigns.create(create)
    await becomes(id, { succeeded: 9, skipped: 1 })
  })

  it('later arrivals, when it is dynamic; a newer one takes over', async () => {
    const { run, upgrade, becomes, campaign, client, product } = await prepare()
    await run({ count: 2 })
    const older = await upgrade({ strategy: 'dynamic' })
    await becomes(older, { succeeded: 2 })
    expect(await campaign(older)).toMatchObject({ status: 'running' })
    await client.simulator.stop()
    await run({ count: 3 })
    await becomes(older, { succeeded: 3 })
    const newer = await upgrade({ strategy: 'dynamic' })
    await becomes(newer, { succeeded: 3 })
    expect(await campaign(older)).toMatchObject({ status: 'finished' })
    expect(await client.products.versions({ id: product.id, module: 'default' })).toMatchObject({
      items: [{ version: '3.0.0', devices: 3 }],
    })
  })

  it('those that wait in another campaign, when it may overwrite', async () => {
    const { run, upgrade, becomes, clock } = await prepare()
    await run()
    const waiting = await upgrade({ startAt: new Date(NOON + 60 * MINUTE).toISOString() })
    await becomes(await upgrade({ overwrite: true }), { succeeded: 10 })
    await becomes(waiting, { cancelled: 10 })
    clock.advance(61 * MINUTE)
  })
})

describe('when devices are told, over the wire', () => {
  it('at its time, and not outside of the daily window', async () => {
    const { run, upgrade, becomes, status, clock } = await prepare()
    await run()
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const local = (ms: number) =>
      new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(ms)
    const id = await upgrade({
      startAt: new Date(NOON + 30 * MINUTE).toISOString(),
      window: { from: local(NOON + 60 * MINUTE), to: local(NOON + 90 * MINUTE) },
    })
    await becomes(id, { pending: 10 })
    await status(id, 'start')
    clock.advance(31 * MINUTE)
    await status(id, 'window')
    await becomes(id, { pending: 10 })
    clock.advance(30 * MINUTE)
    await becomes(id, { succeeded: 10 })
  })

  it('when they see fit, where their protocol has it', async () => {
    const { run, upgrade, becomes } = await prepare('iot-engine')
    await run({ count: 2 })
    await becomes(await upgrade({ policy: 'silent' }), { succeeded: 2 })
  })
})

describe('how fast, over the wire', () => {
  it('so many a minute', async () => {
    const { run, upgrade, becomes, clock, status } = await prepare()
    await run()
    const id = await upgrade({ rate: { perMinute: 4 } })
    for (let told = 1; told <= 10; told++) {
      await becomes(id, { succeeded: told, ...(told < 10 && { pending: 10 - told }) })
      if (told < 10) await status(id, 'rate')
      clock.advance(MINUTE / 4)
    }
  })

  it('so many at once', async () => {
    const { run, upgrade, becomes } = await prepare()
    await run()
    const jobs = await becomes(await upgrade({ rate: { concurrent: 2 } }), { succeeded: 10 })
    expect(atOnce(jobs)).toBe(2)
  })

  it('one group after the other: the proof opens the next one by itself, or a person does', async () => {
    const { run, upgrade, becomes, status, client } = await prepare()
    await run()
    const groups = (proceed: 'auto' | 'person') => [{ name: 'canary', percent: 20, proceed }]
    const jobs = await becomes(await upgrade({ groups: groups('auto') }), { succeeded: 10 })
    const lastOfCanary = Math.max(...jobs.filter(({ group }) => group === 0).map((job) => at(job.finishedAt)))
    const firstOfRest = Math.min(...jobs.filter(({ group }) => group === 1).map((job) => at(job.notifiedAt)))
    expect(jobs.filter(({ group }) => group === 0)).toHaveLength(2)
    expect(firstOfRest).toBeGreaterThan(lastOfCanary)

    const asking = await upgrade({ groups: groups('person') })
    await becomes(asking, { succeeded: 2, pending: 8 })
    await status(asking, 'person')
    await client.campaigns.proceed({ id: asking })
    await becomes(asking, { succeeded: 10 })
  })

  it('"installed, not proven" opens nothing: success is not counted while the old image still runs', async () => {
    const { run, upgrade, becomes, status, jobs: jobsOf, clock } = await prepare()
    await run({ failurePercent: 100, fault: 'rollback' })
    const id = await upgrade({ groups: [{ name: 'canary', percent: 20 }] })
    // Both say their old version again, which proves nothing for ten minutes.
    await until(
      () => jobsOf(id),
      (all) => all.filter(({ patienceUntil }) => patienceUntil !== null).length === 2,
    )
    await becomes(id, { installing: 2, pending: 8 })
    clock.advance(10 * MINUTE)
    const jobs = await becomes(id, { failed: 2, pending: 8 })
    expect(reasonsOf(jobs)).toEqual(['ROLLED_BACK', 'ROLLED_BACK'])
    await status(id, 'halted')
  })
})

describe('when it goes wrong, over the wire', () => {
  it('silent devices do not hang a rollout: each fails in its time and frees its place', async () => {
    const { run, upgrade, becomes, campaign, clock } = await prepare()
    await run({ failurePercent: 30, fault: 'silent' })
    const id = await upgrade({ pushTimeoutMinutes: 5, rate: { concurrent: 3 } })
    // The three silent ones hold every place in the end.
    await until(
      () => campaign(id),
      ({ counts }) => counts.notified === 3 && counts.downloading + counts.installing === 0,
    )
    await until(
      () => {
        clock.advance(MINUTE)
        return campaign(id)
      },
      ({ status }) => status === 'finished',
    )
    const jobs = await becomes(id, { succeeded: 7, failed: 3 })
    expect(reasonsOf(jobs)).toEqual(['TIMEOUT_PUSH', 'TIMEOUT_PUSH', 'TIMEOUT_PUSH'])
  })

  it('a threshold is read: the campaign halts, and nothing new starts until a person says so', async () => {
    const { run, upgrade, becomes, status, client } = await prepare()
    await run({ failurePercent: 100, fault: 'digest' })
    const id = await upgrade({ rate: { concurrent: 1 }, failureThreshold: { percent: 20, minimum: 3 } })
    await status(id, 'halted')
    const jobs = await becomes(id, { failed: 3, pending: 7 })
    expect(reasonsOf(jobs)).toEqual(['VERIFICATION_FAILED', 'VERIFICATION_FAILED', 'VERIFICATION_FAILED'])
    await client.campaigns.proceed({ id })
    // It counts anew from there.
    await becomes(id, { failed: 6, pending: 4 })
    await status(id, 'halted')
  })

  it('a device that fails again and again is set aside and frees its place: it holds none while it waits for its retry', async () => {
    const { run, upgrade, becomes, station, product, client, status, clock } = await prepare()
    await run({ count: 4 })
    const { name, secret } = await client.devices.create({ productId: product.id, name: 'a-bad-one' })
    const bad = await connectDevice({ mqttUrl: station.mqttUrl, productKey: product.key, name, secret })
    await bad.listen()
    await bad.inform('1.0.0')
    const id = await upgrade({ rate: { concurrent: 1 }, retry: { times: 2, intervalMinutes: 10 } })
    for (let attempt = 1; attempt <= 3; attempt++) {
      await bad.notice()
      await bad.progress(-2, 'no space left')
      if (attempt < 3) {
        await becomes(id, { succeeded: 4, pending: 1 })
        await status(id, 'retry')
        clock.advance(11 * MINUTE)
      }
    }
    const ended = await becomes(id, { succeeded: 4, failed: 1 })
    expect(ended.find(({ state }) => state === 'failed')).toMatchObject({
      errorCode: 'DOWNLOAD_FAILED',
      description: 'no space left',
      attempt: 3,
    })
    await status(id, 'finished')
  })

  it('a digest that is wrong once is right the second time: the retry mends it, and no class that was not asked for', async () => {
    const { run, upgrade, becomes, clock, status, jobs } = await prepare()
    await run({ failurePercent: 20, fault: 'digest' })
    const other = await upgrade({ retry: { times: 2, intervalMinutes: 10, on: ['download'] } })
    await becomes(other, { succeeded: 8, failed: 2 })
    await status(other, 'finished')
    const id = await upgrade({ retry: { times: 2, intervalMinutes: 10, on: ['verification'] } })
    // Both have failed once, and wait: moved earlier, the time would count for the first one alone.
    await until(
      () => jobs(id),
      (all) => all.filter(({ retryAt }) => retryAt !== null).length === 2,
    )
    clock.advance(11 * MINUTE)
    await becomes(id, { succeeded: 10 })
  })
})

describe('hands on, over the wire', () => {
  it('paused, resumed, cancelled; failed ones retried; cloned for those that are left', async () => {
    const { run, upgrade, becomes, client, devices } = await prepare()
    await run({ failurePercent: 20 })
    const paused = await upgrade({ rate: { perMinute: 1 } })
    await becomes(paused, { succeeded: 1, pending: 9 })
    await client.campaigns.pause({ id: paused })
    await expect(client.campaigns.get({ id: paused })).resolves.toMatchObject({ status: 'paused' })
    await client.campaigns.resume({ id: paused })
    await client.campaigns.cancel({ id: paused })
    await becomes(paused, { succeeded: 1, cancelled: 9 })

    const id = await upgrade()
    await becomes(id, { succeeded: 8, failed: 2 })
    const left = (await devices()).filter(({ modules }) => modules.some(({ version }) => version !== '3.0.0'))
    const clone = await client.campaigns.clone({ id, deviceIds: left.slice(0, 1).map((device) => device.id) })
    await becomes(clone.id, { succeeded: 1 })
    // The one that the clone has upgraded proved it, and may be retried all the same: it says that it is there.
    expect(await client.campaigns.retryFailed({ id })).toEqual({ retried: 2 })
    const retried = await becomes(id, { succeeded: 10 })
    expect(retried.filter(({ attempt }) => attempt === 2)).toHaveLength(2)
  })
})
