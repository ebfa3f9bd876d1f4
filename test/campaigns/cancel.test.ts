import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from './fixture.ts'

const MINUTE = 60_000

/** Rows of jobs without what differs between any two campaigns: their ids, and the moments (but for whether there is one). */
const rows = (bench: Bench, id: number) =>
  bench.store.sql
    .prepare<[number], Record<string, unknown>>('SELECT * FROM jobs WHERE campaign_id = ? ORDER BY id')
    .all(id)
    .map((row) =>
      Object.entries(row)
        .filter(([name]) => !/^(id|campaign_id)$/.test(name))
        .map(([name, value]) => [name, /_(at|by)$/.test(name) ? value !== null : value]),
    )
const events = (bench: Bench, campaignId: number) =>
  bench.jobs(campaignId).map(({ id }) => bench.platform.jobs.withEvents(id).events.map(({ at: _, ...event }) => event))

describe('a campaign that is cancelled', () => {
  it('leaves each waiting job as cancelling that job alone does', async () => {
    const bench = await openBench(3)
    const one = await bench.create({ scope: 'devices', deviceIds: [1, 2, 3], groups: [{ name: 'a', percent: 40 }] })
    for (const { id } of bench.jobs(one.id)) await bench.platform.campaigns.cancelJob(id)
    await bench.rest()
    const other = await bench.create({ scope: 'devices', deviceIds: [1, 2, 3], groups: [{ name: 'a', percent: 40 }] })
    await bench.platform.campaigns.cancel(other.id)
    await bench.rest()
    expect(rows(bench, other.id)).toEqual(rows(bench, one.id))
    expect(events(bench, other.id)).toEqual(events(bench, one.id))
    expect(bench.campaign(other.id).counts).toEqual(bench.campaign(one.id).counts)
    expect(bench.campaign(other.id).groups.map(({ counts }) => counts)).toEqual(
      bench.campaign(one.id).groups.map(({ counts }) => counts),
    )
  })

  it('says of each device what it was doing, and counts none twice', async () => {
    const bench = await openBench(4)
    for (const id of [1, 2, 3]) await bench.connect(id)
    const { id } = await bench.create({ retry: { times: 1, intervalMinutes: 10 } })
    await bench.progress(1, 50)
    await bench.progress(3, -2)
    await bench.rest()
    expect(bench.states(id)).toEqual(['downloading', 'notified', 'pending', 'pending'])
    await bench.platform.campaigns.cancel(id)
    await bench.rest()
    expect(bench.jobs(id).map(({ state, errorCode, retryAt }) => [state, errorCode, retryAt])).toEqual([
      ['cancelled', 'CANCELLED_IN_PROGRESS', null],
      ['cancelled', 'CANCELLED_IN_PROGRESS', null],
      ['cancelled', null, null],
      ['cancelled', null, null],
    ])
    expect(bench.campaign(id).counts).toMatchObject({ cancelled: 4, pending: 0, notified: 0, downloading: 0 })
    const retrying = bench.store.sql.prepare('SELECT retrying FROM campaign_groups WHERE campaign_id = ?').pluck()
    expect(retrying.all(id)).toEqual([0])
    await bench.wait(20 * MINUTE)
    expect(bench.toldIds()).toEqual([1, 2, 3])
  })
})

describe('failed devices that are retried together', () => {
  it('are left as retrying each alone leaves them; those that are busy elsewhere stay as they are', async () => {
    const bench = await openBench(3)
    for (const device of bench.devices) await bench.connect(device.id)
    const one = await bench.create({})
    for (const device of bench.devices) await bench.progress(device.id, -2)
    await bench.rest()
    const before = bench.told.length
    for (const device of bench.devices) bench.leave(device.id)
    for (const { id } of bench.jobs(one.id)) await bench.platform.campaigns.retryJob(id)
    const alone = { rows: rows(bench, one.id), events: events(bench, one.id), counts: bench.campaign(one.id).counts }
    await bench.platform.campaigns.cancel(one.id)
    const again = await bench.create({ push: true })
    for (const device of bench.devices) await bench.connect(device.id)
    for (const device of bench.devices) await bench.progress(device.id, -2)
    await bench.rest()
    for (const device of bench.devices) bench.leave(device.id)
    expect(await bench.platform.campaigns.retryFailed(again.id)).toEqual({ retried: 3 })
    expect(rows(bench, again.id)).toEqual(alone.rows)
    expect(events(bench, again.id)).toEqual(alone.events)
    expect(bench.campaign(again.id)).toMatchObject({ status: 'running', counts: alone.counts })
    expect(bench.told.length).toBeGreaterThan(before)

    await bench.connect(1)
    await bench.progress(1, -2)
    await bench.rest()
    const other = await bench.create({ scope: 'devices', deviceIds: [1] })
    expect(await bench.platform.campaigns.retryFailed(again.id)).toEqual({ retried: 0 })
    expect(bench.states(other.id)).toEqual(['notified'])
    expect(bench.states(again.id)).toEqual(['failed', 'pending', 'pending'])
  })
})

describe('the history of a job', () => {
  it('says why each attempt ended, and which retries were a person’s; these take nothing from the automatic ones', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id } = await bench.create({
      retry: { times: 1, intervalMinutes: 1, on: ['download'] },
      pushTimeoutMinutes: 5,
    })
    const [job] = bench.jobs(id)
    const jobId = job?.id ?? 0
    await bench.wait(5 * MINUTE)
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'TIMEOUT_PUSH', attempt: 1 }])
    await bench.platform.campaigns.retryJob(jobId)
    await bench.rest()
    await bench.progress(1, -2)
    await bench.rest()
    // The person's try was not the automatic one.
    expect(bench.jobs(id)).toMatchObject([{ state: 'pending', attempt: 3 }])
    await bench.wait(MINUTE)
    await bench.progress(1, -2)
    await bench.rest()
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', attempt: 3 }])
    const told = bench.platform.jobs.withEvents(jobId).events
    expect(
      told
        .filter(({ what }) => ['failed', 'retry', 'autoRetry'].includes(what))
        .map(({ what, reason }) => [what, reason]),
    ).toEqual([
      ['failed', 'TIMEOUT_PUSH'],
      ['retry', null],
      ['failed', 'DOWNLOAD_FAILED'],
      ['autoRetry', null],
      ['failed', 'DOWNLOAD_FAILED'],
    ])
  })
})

describe('a step that takes too long', () => {
  it('fails the device and says which step it was', async () => {
    const bench = await openBench(2)
    for (const { id } of bench.devices) await bench.connect(id)
    const { id } = await bench.create({ stepTimeoutMinutes: { downloading: 10, installing: 5 } })
    expect(bench.campaign(id).stepTimeoutMinutes).toEqual({ downloading: 10, installing: 5 })
    await bench.progress(1, 10)
    await bench.progress(2, 10)
    await bench.wait(6 * MINUTE)
    await bench.progress(1, 50)
    await bench.progress(2, 100)
    expect(bench.jobs(id).map(({ deadlineAt }) => deadlineAt?.slice(0, 16))).toEqual([
      '2026-01-01T12:10',
      '2026-01-01T12:11',
    ])
    await bench.wait(5 * MINUTE, 5)
    expect(bench.jobs(id)).toMatchObject([
      { state: 'failed', errorCode: 'TIMEOUT_DOWNLOADING' },
      { state: 'failed', errorCode: 'TIMEOUT_INSTALLING' },
    ])
  })
})
