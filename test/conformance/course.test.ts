import { describe, expect, it } from 'vitest'
import { image, imageMd5, prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

describe.each(conformanceProtocols)('the course of an upgrade by $protocol', (protocol) => {
  it('leads from the offer over download and installation to success by the reported version', async () => {
    const { device, campaign, job, reaches, history, station } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    const offer = await device.offered()
    expect(offer).toMatchObject({ version: '2.0.0', digest: imageMd5 })
    await reaches(id, 'notified')
    await device.acknowledge()
    expect(await device.fetch(offer)).toEqual({ ok: true, bytes: image })
    await device.progress(60)
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 60, fromVersion: '1.0.0' })
    await device.installed()
    expect(await job(id)).toMatchObject({ state: 'installing', progress: 100, finishedAt: null })
    await device.restart('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded', progress: 100, errorCode: null })
    expect([...new Set(await history(id))]).toEqual(['pending', 'notified', 'downloading', 'installing', 'succeeded'])
    expect(await station.client.campaigns.get({ id })).toMatchObject({ status: 'finished', counts: { succeeded: 1 } })
    expect(await device.unasked()).toBe(0)
  })

  it.each(protocol.failures)(
    'ends by %i as %s, the words of the device kept, and may be retried',
    async (code, reason) => {
      const { device, campaign, begin, job, station } = await prepare(protocol)
      await device.start()
      const id = await campaign()
      await begin(id)
      await device.fail(code, '请求不到升级包信息。')
      const failed = await job(id)
      expect(failed).toMatchObject({
        state: 'failed',
        errorCode: reason,
        description: protocol.kept(code, '请求不到升级包信息。'),
      })
      expect(await station.client.campaigns.get({ id })).toMatchObject({ status: 'finished', counts: { failed: 1 } })
      await station.client.jobs.retry({ id: failed.id })
      await begin(id)
      expect(await job(id)).toMatchObject({ state: 'downloading', attempt: 2, errorCode: null, progress: 40 })
    },
  )

  it('skips a device that is on the target already, and one that turns out to be', async () => {
    const { device, another, campaign, jobs, station } = await prepare(protocol)
    const second = await another('dev2')
    await device.start('2.0.0')
    await second.connect()
    const id = await campaign()
    await second.report('2.0.0')
    await second.listen()
    expect(await jobs(id)).toMatchObject([
      { state: 'skipped', errorCode: 'ALREADY_ON_TARGET' },
      { state: 'skipped', errorCode: 'ALREADY_ON_TARGET' },
    ])
    expect(await device.unasked()).toBe(0)
    expect(await second.unasked()).toBe(0)
    expect(await station.client.campaigns.get({ id })).toMatchObject({ status: 'finished', counts: { skipped: 2 } })
  })

  it('leaves a device alone that another campaign has begun, and takes it when that is over', async () => {
    const { device, campaign, begin, job, jobs, station, productId } = await prepare(protocol)
    await device.start()
    const first = await campaign({ name: 'first' })
    await begin(first)
    const newer = await station.addPackage({ productId, name: 'to 3.0.0', version: '3.0.0' })
    const second = await campaign({ name: 'second', packageId: newer.id })
    expect(await jobs(second)).toMatchObject([{ state: 'skipped', errorCode: 'OTHER_JOB_OPEN', description: 'first' }])
    expect(await device.unasked()).toBe(0)
    await device.installed()
    await device.restart('2.0.0')
    expect(await job(first)).toMatchObject({ state: 'succeeded' })
    const third = await campaign({ name: 'third', packageId: newer.id })
    expect((await device.offered()).version).toBe('3.0.0')
    expect(await job(third)).toMatchObject({ fromVersion: '2.0.0' })
  })

  it('is taken back by a cancellation: no file, no further offer, and no report moves it', async () => {
    const { device, campaign, job, reaches, station } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    const offer = await device.offered()
    await reaches(id, 'notified')
    await device.acknowledge()
    await station.client.campaigns.cancel({ id })
    expect((await device.fetch(offer)).ok).toBe(false)
    await device.progress(50)
    await device.installed()
    await device.fail(protocol.failures[0]?.[0] ?? 0, 'late')
    await device.restart('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'cancelled', errorCode: 'CANCELLED_IN_PROGRESS' })
    expect(await device.unasked()).toBe(0)
    await expect(station.client.jobs.retry({ id: (await job(id)).id })).rejects.toMatchObject({ code: 'ILLEGAL_MOVE' })
  })

  it('may be cancelled from every state in which it is open, and retried from a failure alone', async () => {
    const { device, campaign, begin, job, reaches, station } = await prepare(protocol)
    const act = async (id: number, what: 'cancel' | 'retry') =>
      station.client.jobs[what]({ id: (await job(id)).id }).then(
        ({ state }) => state,
        (error: { code: string }) => error.code,
      )
    await device.start()
    const notified = await campaign({ name: 'notified' })
    await device.offered()
    await reaches(notified, 'notified')
    expect(await act(notified, 'retry')).toBe('ILLEGAL_MOVE')
    expect(await act(notified, 'cancel')).toBe('cancelled')
    const downloading = await campaign({ name: 'downloading' })
    await begin(downloading)
    expect(await act(downloading, 'retry')).toBe('ILLEGAL_MOVE')
    expect(await act(downloading, 'cancel')).toBe('cancelled')
    expect(await act(downloading, 'cancel')).toBe('ILLEGAL_MOVE')
    const succeeded = await campaign({ name: 'succeeded' })
    await begin(succeeded)
    await device.installed()
    await device.restart('2.0.0')
    expect(await act(succeeded, 'cancel')).toBe('ILLEGAL_MOVE')
    expect(await act(succeeded, 'retry')).toBe('ILLEGAL_MOVE')
  })
})
