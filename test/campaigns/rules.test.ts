import { describe, expect, it } from 'vitest'
import { CampaignTarget } from '#shared/schema.ts'
import { openBench } from './fixture.ts'

const MINUTE = 60_000
const upgrade = async (bench: Awaited<ReturnType<typeof openBench>>, id: number): Promise<void> => {
  await bench.progress(id, 50)
  await bench.progress(id, 100)
  await bench.inform(id, '2.0.0')
  await bench.rest()
}

describe('the known holes of others', () => {
  it('success is not counted while the old image still runs', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id } = await bench.create({ groups: [] })
    await bench.progress(1, 100)
    expect(bench.campaign(id)).toMatchObject({ status: 'running', counts: { installing: 1, succeeded: 0 } })
    bench.leave(1)
    await bench.connect(1, '1.0.0')
    expect(bench.campaign(id)).toMatchObject({ status: 'running', counts: { installing: 1, succeeded: 0 } })
    await bench.wait(10 * MINUTE)
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'ROLLED_BACK', description: '1.0.0' }])
  })

  it('a silent device does not hang a rollout', async () => {
    const bench = await openBench(2)
    await bench.connect(1)
    await bench.connect(2)
    const { id } = await bench.create({ rate: { concurrent: 1 }, pushTimeoutMinutes: 5, timeoutMinutes: 10 })
    expect(bench.states(id)).toEqual(['notified', 'pending'])
    await bench.wait(5 * MINUTE)
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'TIMEOUT_PUSH' }, { state: 'notified' }])
    await bench.progress(2, 10)
    await bench.wait(10 * MINUTE)
    expect(bench.jobs(id)[1]).toMatchObject({ state: 'failed', errorCode: 'TIMEOUT_PROGRESS' })
    expect(bench.campaign(id).status).toBe('finished')
  })

  it('a device that is set aside frees its place, and holds none while it waits for its retry', async () => {
    const bench = await openBench(2)
    await bench.connect(1)
    await bench.connect(2)
    const { id } = await bench.create({ rate: { concurrent: 1 }, retry: { times: 1, intervalMinutes: 10 } })
    await bench.progress(1, -2)
    await bench.rest()
    expect(bench.jobs(id)).toMatchObject([{ state: 'pending', attempt: 2 }, { state: 'notified' }])
    expect(bench.jobs(id)[0]?.retryAt).not.toBeNull()
    await upgrade(bench, 2)
    expect(bench.campaign(id)).toMatchObject({ waitsFor: 'retry', status: 'running' })
    await bench.wait(10 * MINUTE)
    expect(bench.states(id)).toEqual(['notified', 'succeeded'])
    await bench.progress(1, -2)
    await bench.rest()
    expect(bench.states(id)).toEqual(['failed', 'succeeded'])
    expect(bench.campaign(id).status).toBe('finished')
  })

  it('a threshold is read: percent and minimum together halt, what is open goes on, and a person goes on from there', async () => {
    const bench = await openBench(5)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({
      rate: { concurrent: 2 },
      failureThreshold: { percent: 50, minimum: 2 },
    })
    await bench.progress(1, -1)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('running')
    await bench.progress(2, -1)
    await bench.rest()
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', waitsFor: 'person' })
    expect(bench.states(id)).toEqual(['failed', 'failed', 'notified', 'pending', 'pending'])
    await upgrade(bench, 3)
    expect(bench.states(id)[3]).toBe('pending')
    await bench.platform.campaigns.proceed(id)
    await bench.rest()
    expect(bench.states(id)).toEqual(['failed', 'failed', 'succeeded', 'notified', 'notified'])
    await bench.progress(4, -1)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('running')
  })
})

describe('groups', () => {
  const groups = [{ name: 'canary', percent: 10 }]

  it('open in order: installed, not proven opens nothing; the proof does', async () => {
    const bench = await openBench(5)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({ groups })
    expect(bench.toldIds()).toEqual([1])
    expect(bench.campaign(id).waitsFor).toBe('group')
    await bench.progress(1, 100)
    await bench.rest()
    expect(bench.toldIds()).toEqual([1])
    await bench.inform(1, '2.0.0')
    await bench.rest()
    expect(bench.toldIds()).toEqual([1, 2, 3, 4, 5])
    expect(bench.campaign(id).groups).toMatchObject([
      { name: 'canary', size: 1, status: 'passed', counts: { succeeded: 1 } },
      { kind: 'rest', size: 4, status: 'open', counts: { notified: 4 } },
    ])
  })

  it('halt the campaign when too few have proven the target, until a person goes on', async () => {
    const bench = await openBench(5)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({ groups })
    await bench.progress(1, -4)
    await bench.rest()
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', groups: [{ status: 'failed' }, { status: 'closed' }] })
    await bench.restart()
    expect(bench.campaign(id).status).toBe('halted')
    await bench.platform.campaigns.resume(id)
    for (const device of bench.devices) await bench.connect(device.id)
    expect(bench.states(id)).toEqual(['failed', 'notified', 'notified', 'notified', 'notified'])
  })

  it('wait for a person who is to be asked', async () => {
    const bench = await openBench(3)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 10, proceed: 'person' }] })
    await upgrade(bench, 1)
    expect(bench.campaign(id)).toMatchObject({
      status: 'running',
      waitsFor: 'person',
      groups: [{ status: 'waiting' }, {}],
    })
    expect(bench.toldIds()).toEqual([1])
    await bench.platform.campaigns.proceed(id)
    await bench.rest()
    expect(bench.toldIds()).toEqual([1, 2, 3])
  })
})

describe('when', () => {
  it('a campaign starts at its time, also after a restart that slept through it', async () => {
    const bench = await openBench(1)
    const startAt = new Date(bench.clock.now() + 60 * MINUTE).toISOString()
    const made = await bench.create({ startAt })
    expect(made).toMatchObject({ status: 'scheduled', waitsFor: 'start', nextAt: startAt })
    await bench.connect(1)
    expect(bench.toldIds()).toEqual([])
    bench.platform.stop()
    bench.clock.advance(61 * MINUTE)
    await bench.restart()
    expect(bench.campaign(made.id).status).toBe('running')
    await bench.connect(1)
    expect(bench.toldIds()).toEqual([1])
  })

  it('nothing is told outside of the daily window', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id, waitsFor, nextAt } = await bench.create({ window: { from: '22:00', to: '06:00' } })
    expect({ waitsFor, nextAt }).toEqual({ waitsFor: 'window', nextAt: '2026-01-01T22:00:00.000Z' })
    await bench.wait(9 * 60 * MINUTE)
    expect(bench.toldIds()).toEqual([])
    await bench.wait(61 * MINUTE)
    expect(bench.states(id)).toEqual(['notified'])
  })
})

describe('how fast', () => {
  it('the rate is kept in every minute, wherever it begins', async () => {
    const bench = await openBench(12)
    for (const { id } of bench.devices) await bench.connect(id)
    await bench.create({ rate: { perMinute: 3 } })
    await bench.wait(5 * MINUTE, 60)
    expect(bench.told.length).toBe(12)
    for (const { at } of bench.told)
      expect(bench.told.filter((other) => other.at >= at && other.at < at + MINUTE).length).toBeLessThanOrEqual(3)
  })
})

describe('who', () => {
  it('takes a share of those that match, and those with a tag', async () => {
    const bench = await openBench(9)
    const tagged = await bench.addDevice(['hall 1'])
    const preview = await bench.platform.campaigns.preview(
      CampaignTarget.parse({ packageId: bench.pack.id, percent: 25 }),
    )
    expect(preview).toMatchObject({ matching: 2, beyondPercent: 8, tagNotSelected: 0 })
    const grey = await bench.create({ percent: 25 })
    expect(grey.counts.pending).toBe(2)
    const hall = await bench.create({ deviceTags: ['hall 1'] })
    expect(bench.jobs(hall.id)).toMatchObject([{ deviceId: tagged.id, state: 'pending' }])
  })

  it('overwriting takes over who waits, by name, and leaves who has begun', async () => {
    const bench = await openBench(2)
    await bench.connect(1)
    const first = await bench.create({ name: 'first' })
    await bench.progress(1, 10)
    const other = await bench.addPackage('3.0.0')
    await bench.platform.packages.skipVerification(other.id)
    const second = await bench.create({ name: 'second', packageId: other.id, overwrite: true })
    expect(bench.jobs(first.id)).toMatchObject([
      { state: 'downloading' },
      { state: 'cancelled', errorCode: 'OVERWRITTEN', description: 'second' },
    ])
    expect(bench.jobs(second.id)).toMatchObject([
      { state: 'skipped', errorCode: 'OTHER_JOB_OPEN' },
      { state: 'pending' },
    ])
  })

  it('later arrivals join a dynamic campaign, which does not finish; the newest one wins', async () => {
    const bench = await openBench(1)
    const first = await bench.create({ name: 'first', strategy: 'dynamic' })
    await bench.connect(1)
    await upgrade(bench, 1)
    expect(bench.campaign(first.id)).toMatchObject({ status: 'running', counts: { succeeded: 1 } })
    const late = await bench.addDevice()
    await bench.connect(late.id)
    expect(bench.states(first.id)).toEqual(['succeeded', 'notified'])
    const idle = await bench.addDevice()
    const other = await bench.addPackage('3.0.0')
    const second = await bench.create({ name: 'second', packageId: other.id, strategy: 'dynamic' })
    await bench.rest()
    expect(bench.campaign(first.id).status).toBe('finished')
    expect(bench.jobs(second.id).map(({ deviceId }) => deviceId)).toContain(idle.id)
  })
})

describe('hands on', () => {
  it('cancelling says of devices in progress that they may install all the same, and notes when one did', async () => {
    const bench = await openBench(2)
    await bench.connect(1)
    const { id } = await bench.create({})
    await bench.progress(1, 40)
    await bench.platform.campaigns.cancel(id)
    expect(bench.jobs(id)).toMatchObject([
      { state: 'cancelled', errorCode: 'CANCELLED_IN_PROGRESS' },
      { state: 'cancelled', errorCode: null },
    ])
    await bench.inform(1, '2.0.0')
    expect(bench.jobs(id)[0]).toMatchObject({ state: 'cancelled', progress: 100 })
  })

  it('a clone for some devices upgrades these alone', async () => {
    const bench = await openBench(3)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 10 }], rate: { perMinute: 10 } })
    await bench.platform.campaigns.cancel(id)
    const again = await bench.platform.campaigns.clone(id, { deviceIds: [2] })
    expect(again).toMatchObject({ scope: 'devices', rate: { perMinute: 10 }, groups: [{ kind: 'rest', size: 1 }] })
    const whole = await bench.platform.campaigns.clone(id, { name: 'whole' })
    expect(whole.groups.map(({ size }) => size).reduce((sum, size) => sum + size)).toBe(3)
  })

  it('a version that is neither source nor target fails with that reason, and is tried again where that class is wanted', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id } = await bench.create({ retry: { times: 1, intervalMinutes: 0, on: ['version'] } })
    await bench.progress(1, 100)
    await bench.inform(1, '9.9.9')
    await bench.wait(10)
    expect(bench.jobs(id)).toMatchObject([{ attempt: 2 }])
    await bench.progress(1, 100)
    await bench.inform(1, '8.8.8')
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'WRONG_VERSION', description: '8.8.8' }])
  })
})
