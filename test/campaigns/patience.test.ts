import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from './fixture.ts'

const MINUTE = 60_000

const acts = (bench: Bench) =>
  bench.platform.audit
    .list({ limit: 100 })
    .items.toReversed()
    .map(({ source, action, detail }) => ({ source, action, detail }))
const connectAll = async (bench: Bench): Promise<void> => {
  for (const { id } of bench.devices) await bench.connect(id)
}
/** Installs, and is there again on its old version. */
const stillOld = async (bench: Bench, id: number): Promise<void> => {
  await bench.progress(id, 100)
  await bench.inform(id, '1.0.0')
  await bench.rest()
}
const prove = async (bench: Bench, id: number): Promise<void> => {
  await bench.inform(id, '2.0.0')
  await bench.rest()
}

describe('the old version, reported by a device that installs', () => {
  it('proves nothing for ten minutes, however it comes: polled, after a reconnect, after a restart of the station', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id } = await bench.create({})
    await stillOld(bench, 1)
    const [first] = bench.jobs(id)
    expect(first).toMatchObject({ state: 'installing', fromVersion: '1.0.0', errorCode: null })
    expect(Date.parse(first?.patienceUntil ?? '') - bench.clock.now()).toBeGreaterThan(9.9 * MINUTE)
    bench.leave(1)
    await bench.connect(1, '1.0.0')
    await bench.wait(4 * MINUTE)
    await bench.restart()
    await bench.connect(1, '1.0.0')
    expect(bench.jobs(id)).toMatchObject([{ state: 'installing', patienceUntil: first?.patienceUntil }])
    await bench.wait(6 * MINUTE)
    expect(bench.jobs(id)).toMatchObject([
      { state: 'failed', errorCode: 'ROLLED_BACK', description: '1.0.0', patienceUntil: null },
    ])
    const { events } = bench.platform.jobs.withEvents(first?.id ?? 0)
    expect(events.map(({ what, detail }) => [what, detail])).toContainEqual(['stillOld', '1.0.0'])
    expect(events.filter(({ what }) => what === 'stillOld')).toHaveLength(1)
  })

  it('ends in success once the target is reported, early or late', async () => {
    const bench = await openBench(2)
    await connectAll(bench)
    const { id } = await bench.create({})
    await stillOld(bench, 1)
    await stillOld(bench, 2)
    await prove(bench, 1)
    await bench.wait(11 * MINUTE)
    expect(bench.states(id)).toEqual(['succeeded', 'failed'])
    await prove(bench, 2)
    expect(bench.jobs(id)[1]).toMatchObject({ state: 'succeeded', errorCode: null })
    expect(bench.campaign(id)).toMatchObject({ status: 'finished', counts: { succeeded: 2, failed: 0 } })
  })

  it('is a verdict at once where the setting says so, and later where it says later', async () => {
    const bench = await openBench(2)
    await connectAll(bench)
    const { id } = await bench.create({})
    await bench.platform.settings.update({ rollbackMinutes: 0 })
    await stillOld(bench, 1)
    await bench.platform.settings.update({ rollbackMinutes: 30 })
    await stillOld(bench, 2)
    await bench.wait(29 * MINUTE)
    expect(bench.states(id)).toEqual(['failed', 'installing'])
    await bench.wait(MINUTE)
    expect(bench.states(id)).toEqual(['failed', 'failed'])
  })

  it('has the job tried again where that class is wanted, when the patience is over', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const { id } = await bench.create({ retry: { times: 1, intervalMinutes: 0, on: ['version'] } })
    await stillOld(bench, 1)
    expect(bench.jobs(id)).toMatchObject([{ state: 'installing', attempt: 1 }])
    await bench.wait(11 * MINUTE, 2)
    expect(bench.jobs(id)).toMatchObject([{ attempt: 2, patienceUntil: null }])
    expect(bench.toldIds()).toEqual([1, 1])
  })

  it('gives the place of its device to the next one, and takes it from nobody when it goes on', async () => {
    const bench = await openBench(3)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 1 } })
    await bench.progress(1, 100)
    await bench.rest()
    expect(bench.states(id)).toEqual(['installing', 'pending', 'pending'])
    await bench.inform(1, '1.0.0')
    await bench.rest()
    expect(bench.states(id)).toEqual(['installing', 'notified', 'pending'])
    await prove(bench, 1)
    expect(bench.states(id)).toEqual(['succeeded', 'notified', 'pending'])
    await prove(bench, 2)
    expect(bench.states(id)).toEqual(['succeeded', 'succeeded', 'notified'])
  })

  it('goes with its device when that is deleted, and leaves the places right', async () => {
    const bench = await openBench(4)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 1 } })
    await stillOld(bench, 1)
    await bench.platform.removal.device(1)
    await bench.rest()
    expect(bench.states(id)).toEqual(['notified', 'pending', 'pending'])
    await prove(bench, 2)
    expect(bench.states(id)).toEqual(['succeeded', 'notified', 'pending'])
  })

  it('is noted as the source where none was known, and another version is neither then', async () => {
    const bench = await openBench(0)
    const device = await bench.platform.devices.create({ productId: bench.product.id, name: 'dev1' })
    const { id } = await bench.create({})
    bench.devices.push(device)
    bench.arrive(device.id)
    await bench.rest()
    await bench.wait(1000)
    await bench.progress(device.id, 100)
    await bench.inform(device.id, '1.5')
    expect(bench.jobs(id)).toMatchObject([{ state: 'installing', fromVersion: '1.5' }])
    await bench.inform(device.id, '1.6')
    expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'WRONG_VERSION' }])
  })
})

describe('a late proof', () => {
  it('lifts the halt that only its failure had caused, and the log of actions says so', async () => {
    const bench = await openBench(4)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 2 }, failureThreshold: { percent: 50, minimum: 1 } })
    await stillOld(bench, 1)
    await bench.platform.campaigns.pause(id)
    await bench.wait(10 * MINUTE)
    await bench.platform.campaigns.resume(id)
    await bench.rest()
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', waitsFor: 'person' })
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({ status: 'running', counts: { succeeded: 1, failed: 0 } })
    expect(bench.states(id).filter((state) => state === 'pending').length).toBeLessThan(3)
    expect(acts(bench).slice(-2)).toEqual([
      { source: 'station', action: 'campaigns.halted', detail: { succeeded: 0, failed: 1 } },
      { source: 'station', action: 'campaigns.healed', detail: { device: 'dev1', succeeded: 1, failed: 0 } },
    ])
  })

  it('judges the group anew that only its failure had failed, and opens the next', async () => {
    const bench = await openBench(5)
    await connectAll(bench)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 10 }] })
    await stillOld(bench, 1)
    await bench.wait(10 * MINUTE)
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', groups: [{ status: 'failed' }, { status: 'closed' }] })
    await bench.restart()
    await connectAll(bench)
    expect(bench.campaign(id).status).toBe('halted')
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({ status: 'running', groups: [{ status: 'passed' }, { status: 'open' }] })
    expect(bench.states(id)).toEqual(['succeeded', 'notified', 'notified', 'notified', 'notified'])
    expect(acts(bench).map(({ action }) => action)).toEqual([
      'campaigns.halted',
      'campaigns.healed',
      'campaigns.groupOpened',
    ])
  })

  it('leaves it to the person who is to be asked whether the next group opens', async () => {
    const bench = await openBench(3)
    await connectAll(bench)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 10, proceed: 'person' }] })
    await bench.progress(1, -4)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('halted')
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({
      status: 'running',
      waitsFor: 'person',
      groups: [{ status: 'waiting' }, {}],
    })
  })

  it('judges a group anew that failed while the campaign was paused', async () => {
    const bench = await openBench(3)
    await connectAll(bench)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 10 }] })
    await bench.platform.campaigns.pause(id)
    await bench.progress(1, -4)
    await bench.rest()
    expect(bench.campaign(id)).toMatchObject({ status: 'paused', groups: [{ status: 'failed' }, {}] })
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({ status: 'paused', groups: [{ status: 'passed' }, { status: 'closed' }] })
    await bench.platform.campaigns.resume(id)
    await bench.rest()
    expect(bench.states(id)).toEqual(['succeeded', 'notified', 'notified'])
  })

  it('leaves a group failed of which too many others have failed', async () => {
    const bench = await openBench(4)
    await connectAll(bench)
    const { id } = await bench.create({ groups: [{ name: 'canary', percent: 50 }] })
    await bench.platform.campaigns.pause(id)
    await bench.progress(1, -4)
    await bench.progress(2, -4)
    await bench.rest()
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({ status: 'paused', groups: [{ status: 'failed' }, {}] })
    expect(acts(bench)).toEqual([])
    await bench.platform.campaigns.resume(id)
    expect(bench.campaign(id).status).toBe('halted')
    await prove(bench, 2)
    expect(bench.campaign(id)).toMatchObject({ status: 'running', groups: [{ status: 'passed' }, { status: 'open' }] })
  })

  it('leaves a halt that others have caused as well', async () => {
    const bench = await openBench(6)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 3 }, failureThreshold: { percent: 50, minimum: 1 } })
    await bench.progress(1, -4)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('halted')
    // Two more fail after the halt, one proves the target: one of the failures that are left would halt it again.
    await bench.progress(2, -4)
    await bench.rest()
    await prove(bench, 1)
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', counts: { succeeded: 1, failed: 1 } })
    await prove(bench, 2)
    expect(bench.campaign(id)).toMatchObject({ status: 'running', counts: { succeeded: 2, failed: 0 } })
  })

  it('leaves a halt to its cause where later successes alone have diluted it', async () => {
    const bench = await openBench(8)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 6 }, failureThreshold: { percent: 40, minimum: 1 } })
    await bench.progress(1, 50)
    await prove(bench, 1)
    await bench.progress(2, -4)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('halted')
    await prove(bench, 3)
    await prove(bench, 4)
    expect(bench.campaign(id)).toMatchObject({ status: 'halted', counts: { succeeded: 3, failed: 1 } })
    await prove(bench, 2)
    expect(bench.campaign(id).status).toBe('running')
  })

  it.each([
    ['tried a job again', async (bench: Bench) => bench.platform.campaigns.retryJob(2)],
    ['tried all again', async (bench: Bench, id: number) => bench.platform.campaigns.retryFailed(id)],
    ['cancelled a job', async (bench: Bench) => bench.platform.campaigns.cancelJob(3)],
  ])('undoes nothing once a person has %s', async (_what, touch) => {
    const bench = await openBench(5)
    await connectAll(bench)
    const { id } = await bench.create({ rate: { concurrent: 2 }, failureThreshold: { percent: 50, minimum: 2 } })
    await bench.progress(1, -4)
    await bench.progress(2, -4)
    await bench.rest()
    expect(bench.campaign(id).status).toBe('halted')
    await touch(bench, id)
    await bench.rest()
    await prove(bench, 1)
    await prove(bench, 2)
    expect(bench.campaign(id).status).toBe('halted')
    expect(acts(bench).map(({ action }) => action)).not.toContain('campaigns.healed')
    await bench.platform.campaigns.resume(id)
    expect(bench.campaign(id).status).toBe('running')
  })

  it('verifies the package whose verification it had failed', async () => {
    const bench = await openBench(1, { verify: true })
    await bench.connect(1)
    await bench.create({ kind: 'verify', scope: 'devices', deviceIds: [1] })
    await stillOld(bench, 1)
    await bench.wait(10 * MINUTE)
    expect(bench.platform.packages.get(bench.pack.id).verification).toBe('failed')
    await prove(bench, 1)
    expect(bench.platform.packages.get(bench.pack.id).verification).toBe('verified')
  })

  it('is that of the job that brought the target, not of a later one of which the device was never told', async () => {
    const bench = await openBench(1)
    await bench.connect(1)
    const first = await bench.create({ name: 'first' })
    await stillOld(bench, 1)
    await bench.wait(10 * MINUTE)
    expect(bench.states(first.id)).toEqual(['failed'])
    const second = await bench.create({ name: 'second', push: false })
    await prove(bench, 1)
    expect(bench.jobs(second.id)).toMatchObject([{ state: 'skipped', errorCode: 'ALREADY_ON_TARGET' }])
    expect(bench.states(first.id)).toEqual(['succeeded'])
  })
})
