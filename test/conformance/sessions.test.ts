import { describe, expect, it } from 'vitest'
import { until } from '../helpers/until.ts'
import { prepare, spoilt } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

const pushing = conformanceProtocols.filter(({ pushes }) => pushes)
const asking = conformanceProtocols.filter(({ asks }) => asks)

describe.each(conformanceProtocols)('a device that comes and goes by $protocol', (protocol) => {
  it('that is not there when its campaign starts waits or has failed, as its protocol has it', async () => {
    const { device, campaign, job, reaches, station, clock } = await prepare(protocol)
    const id = await campaign()
    const absent = await reaches(id, protocol.absent)
    if (protocol.absent === 'failed') {
      expect(absent).toMatchObject({ errorCode: 'DEVICE_OFFLINE', description: null })
      expect(await station.client.campaigns.get({ id })).toMatchObject({ status: 'finished', counts: { failed: 1 } })
      // Still not there.
      await station.client.jobs.retry({ id: absent.id })
      expect(await reaches(id, 'failed')).toMatchObject({ attempt: 2 })
    }
    await device.start()
    clock.advance(2000)
    if (protocol.absent === 'failed') {
      expect(await device.unasked()).toBe(0)
      await station.client.jobs.retry({ id: absent.id })
    }
    expect((await device.offered()).version).toBe('2.0.0')
    await reaches(id, 'notified')
    expect(await job(id)).toMatchObject({ errorCode: null, finishedAt: null })
  })

  it('is offered again what it had not finished, and goes on where it was', async () => {
    const { device, campaign, job, reaches } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    await device.acknowledge()
    await device.restart('1.0.0')
    const again = await device.offered()
    await device.acknowledge()
    expect(await job(id)).toMatchObject({ state: 'notified' })
    await device.fetch(again)
    await reaches(id, 'downloading')
    await device.progress(40)
    await device.restart('1.0.0')
    expect((await device.fetch(await device.offered())).ok).toBe(true)
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 40 })
  })

  it('is not offered anew what it is installing, and has rolled back when it still runs the old version after ten minutes', async () => {
    const { device, campaign, begin, job, clock } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    await begin(id)
    await device.installed()
    await device.leave()
    await device.connect()
    await device.listen()
    clock.advance(2000)
    expect(await device.unasked()).toBe(0)
    expect(await job(id)).toMatchObject({ state: 'installing' })
    await device.report('1.0.0')
    clock.advance(599_000)
    expect(await device.unasked()).toBe(0)
    expect(await job(id)).toMatchObject({
      state: 'installing',
      fromVersion: '1.0.0',
      patienceUntil: expect.any(String),
    })
    const failed = await until(
      () => {
        clock.advance(2000)
        return job(id)
      },
      ({ state }) => state === 'failed',
    )
    expect(failed).toMatchObject({ errorCode: 'ROLLED_BACK', description: '1.0.0' })
  })

  it('is offered nothing while its campaign is paused, and everything once it goes on', async () => {
    const { device, campaign, job, station, clock } = await prepare(protocol)
    await device.connect()
    const id = await campaign()
    await station.client.campaigns.pause({ id })
    await device.report('1.0.0')
    await device.listen()
    clock.advance(2000)
    expect(await device.unasked()).toBe(0)
    if (protocol.asks) expect(await device.ask()).toBeUndefined()
    expect(await job(id)).toMatchObject({ state: 'pending' })
    await station.client.campaigns.resume({ id })
    expect((await device.offered()).version).toBe('2.0.0')
  })

  it('cannot fetch after the time is up, and is let in again by a new offer', async () => {
    const { device, campaign, job, clock } = await prepare(protocol)
    await device.start()
    await campaign()
    const offer = await device.offered()
    await device.acknowledge()
    clock.advance(protocol.downloadMs - 60_000)
    expect((await device.fetch(offer)).ok).toBe(true)
    clock.advance(120_000)
    expect((await device.fetch(offer)).ok).toBe(false)
    expect((await device.fetch({ ...offer, locator: spoilt(offer.locator) })).ok).toBe(false)
    if (!protocol.pushes) return
    await device.restart('1.0.0')
    const anew = await device.offered()
    expect((await device.fetch(anew)).ok).toBe(true)
    expect(await job(1)).toMatchObject({ state: 'downloading' })
  })
})

describe.each(pushing)('a device that is told by $protocol', (protocol) => {
  it('and says no version is offered its upgrade all the same, a second after it began to listen', async () => {
    const { device, campaign, clock, job } = await prepare(protocol)
    await device.connect()
    const id = await campaign()
    await device.listen()
    expect(await device.unasked()).toBe(0)
    clock.advance(1000)
    expect((await device.offered()).version).toBe('2.0.0')
    expect(await job(id)).toMatchObject({ fromVersion: null })
  })

  it('and listens before it says its version is offered at once what it had not finished, and only once', async () => {
    const { device, campaign, reaches, clock } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    await device.acknowledge()
    await device.leave()
    await device.connect()
    await device.listen()
    await device.report('1.0.0')
    expect((await device.offered()).version).toBe('2.0.0')
    await device.report('1.0.0')
    clock.advance(2000)
    expect(await device.unasked()).toBe(0)
  })

  it('must connect before anything reaches it: another session takes the place of the first', async () => {
    const { device, campaign, reaches, station } = await prepare(protocol)
    await device.start()
    const again = protocol.device(station, device.credentials)
    await again.connect()
    await again.report('1.0.0')
    await again.listen()
    const id = await campaign()
    expect((await again.offered()).version).toBe('2.0.0')
    await reaches(id, 'notified')
    await expect(device.report('1.0.0')).rejects.toThrow()
  })
})

describe.each(pushing.filter(({ acknowledgeMs }) => acknowledgeMs === undefined))(
  'a device of $protocol',
  (protocol) => {
    it('need not acknowledge', async () => {
      const { device, campaign, reaches, job, clock } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await device.offered()
      await reaches(id, 'notified')
      clock.advance(3_600_000)
      expect(await job(id)).toMatchObject({ state: 'notified' })
    })
  },
)

describe.each(pushing.filter(({ acknowledgeMs }) => acknowledgeMs !== undefined))(
  'a device that must acknowledge by $protocol',
  (protocol) => {
    const ms = protocol.acknowledgeMs ?? 0

    it('and does not in time has not been reached, and may be tried again', async () => {
      const { device, campaign, reaches, job, clock, station } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await device.offered()
      await reaches(id, 'notified')
      clock.advance(ms - 500)
      expect(await job(id)).toMatchObject({ state: 'notified' })
      clock.advance(500)
      const failed = await reaches(id, 'failed')
      expect(failed).toMatchObject({ errorCode: 'PUSH_FAILED' })
      await device.acknowledge()
      expect(await job(id)).toMatchObject({ state: 'failed' })
      await station.client.jobs.retry({ id: failed.id })
      await device.offered()
      await reaches(id, 'notified')
      await device.acknowledge()
      clock.advance(10 * ms)
      expect(await job(id)).toMatchObject({ state: 'notified', attempt: 2, errorCode: null })
    })

    it('and does is waited for as long as it takes, also after a reconnect', async () => {
      const { device, campaign, reaches, job, clock, station } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await device.offered()
      await reaches(id, 'notified')
      await device.acknowledge()
      const { events } = await station.client.jobs.get({ id: (await job(id)).id })
      expect(events.map(({ what }) => what)).toEqual(['created', 'notice', 'acknowledged'])
      await device.restart('1.0.0')
      await device.offered()
      clock.advance(10 * ms)
      expect(await job(id)).toMatchObject({ state: 'notified' })
    })

    it('and begins instead has been reached', async () => {
      const { device, campaign, reaches, job, clock } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await device.offered()
      await reaches(id, 'notified')
      await device.progress(5)
      clock.advance(2 * ms)
      expect(await job(id)).toMatchObject({ state: 'downloading', progress: 5 })
    })

    it('and is cancelled meanwhile stays cancelled', async () => {
      const { device, campaign, reaches, job, clock, station } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await device.offered()
      await reaches(id, 'notified')
      await station.client.campaigns.cancel({ id })
      clock.advance(2 * ms)
      expect(await job(id)).toMatchObject({ state: 'cancelled' })
    })
  },
)

describe.each(asking)('a device that asks by $protocol', (protocol) => {
  it('gets what is not pushed, and nothing where there is nothing', async () => {
    const { device, campaign, reaches, job, clock } = await prepare(protocol)
    await device.start()
    expect(await device.ask()).toBeUndefined()
    const id = await campaign({ push: false })
    await device.report('1.0.0')
    expect(await device.unasked()).toBe(0)
    expect(await job(id)).toMatchObject({ state: 'pending' })
    const offer = await device.ask()
    expect(offer).toMatchObject({ version: '2.0.0' })
    await reaches(id, 'notified')
    // Whoever asks has been reached.
    clock.advance(60_000)
    expect(await job(id)).toMatchObject({ state: 'notified' })
    expect(offer && (await device.fetch(offer)).ok).toBe(true)
    await device.report('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
    expect(await device.ask()).toBeUndefined()
  })
})

describe.each(conformanceProtocols.filter(({ asks }) => !asks))('a device that cannot ask by $protocol', (protocol) => {
  it('is not left to wait for what is not pushed', async () => {
    const { campaign } = await prepare(protocol)
    await expect(campaign({ push: false })).rejects.toMatchObject({ code: 'ASKING_UNKNOWN' })
  })
})

describe.each(pushing)('a station that is started again, by $protocol', (protocol) => {
  it('offers again what it had offered, to the device that comes back', async () => {
    const { device, campaign, begin, station, restartStation } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    await begin(id)
    await station.stop()
    const after = await restartStation()
    const returned = protocol.device(after, device.credentials)
    await returned.connect()
    await returned.report('1.0.0')
    await returned.listen()
    expect((await returned.fetch(await returned.offered())).ok).toBe(true)
    await returned.acknowledge()
    await returned.progress(80)
    const [job] = await until(
      async () => (await after.client.campaigns.jobs({ id })).items,
      ([now]) => now?.progress === 80,
    )
    expect(job).toMatchObject({ state: 'downloading', attempt: 1 })
  })
})
