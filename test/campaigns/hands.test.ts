import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from './fixture.ts'

const MINUTE = 60_000

const acts = (bench: Bench) =>
  bench.platform.audit
    .list({ limit: 100 })
    .items.toReversed()
    .map(({ source, action, subject, detail }) => ({ source, action, subject, detail }))

describe('a scheduled campaign', () => {
  it('is started by a person before its time, once', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const startAt = new Date(bench.clock.now() + 60 * MINUTE).toISOString()
    const { id } = await bench.create({ startAt })
    expect(bench.toldIds()).toEqual([])
    expect(await bench.platform.campaigns.start(id)).toMatchObject({ status: 'running' })
    await bench.rest()
    expect(bench.toldIds()).toEqual([1])
    expect(Date.parse(bench.campaign(id).startAt ?? '')).toBeLessThan(Date.parse(startAt))
    await expect(bench.platform.campaigns.start(id)).rejects.toMatchObject({ code: 'ILLEGAL_MOVE' })
  })
})

describe('the log of actions', () => {
  it('says what the station did by itself: the group it opened, and the halt', async () => {
    const bench = await openBench(4)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({
      groups: [
        { name: 'canary', percent: 25 },
        { name: 'hall', percent: 25 },
      ],
      failureThreshold: { percent: 50, minimum: 1 },
    })
    await bench.inform(1, '2.0.0')
    await bench.rest()
    await bench.progress(2, -4)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('halted')
    const subject = `campaign #${id}`
    expect(acts(bench)).toEqual([
      { source: 'station', action: 'campaigns.groupOpened', subject, detail: { group: 2, name: 'hall' } },
      {
        source: 'station',
        action: 'campaigns.halted',
        subject,
        detail: { group: 2, name: 'hall', succeeded: 1, failed: 1 },
      },
    ])
    // What a person does is written down where he does it.
    await bench.platform.campaigns.proceed(id)
    await bench.rest()
    expect(acts(bench)).toHaveLength(2)
  })
})

describe('a dynamic campaign', () => {
  it('takes a device that has never said what it runs when it is there, not when it is registered', async () => {
    const bench = await openBench(0)
    const { id } = await bench.create({ strategy: 'dynamic' })
    const device = await bench.platform.devices.create({ productId: bench.product.id, name: 'dev1' })
    await bench.rest()
    expect(bench.jobs(id)).toEqual([])
    await bench.connect(device.id, '2.0.0')
    // It has been there a moment without a version: what it says then decides.
    expect(bench.jobs(id)).toMatchObject([{ state: 'skipped', errorCode: 'ALREADY_ON_TARGET' }])
  })
})

describe('a package whose verification was skipped on purpose', () => {
  it('is skipped again when a later verification is cancelled', async () => {
    const bench = await openBench(1, { verify: true })
    await bench.platform.packages.skipVerification(bench.pack.id, 'tested on the bench')
    const { id } = await bench.create({ kind: 'verify', scope: 'devices', deviceIds: [1] })
    expect(bench.platform.packages.get(bench.pack.id).verification).toBe('verifying')
    await bench.platform.campaigns.cancel(id)
    await bench.rest()
    expect(bench.platform.packages.get(bench.pack.id).verification).toBe('skipped')
  })
})
