import { describe, expect, it } from 'vitest'
import { connectDevice } from '../helpers/device.ts'
import { listen } from '../helpers/events.ts'
import { startTestStation } from '../helpers/station.ts'

/** A connected device with an open job. */
const withJob = async () => {
  const station = await startTestStation()
  const { client, mqttUrl } = station
  const product = await client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
  const { id, secret } = await client.devices.create({ productId: product.id, name: 'd' })
  const pack = await station.addPackage({ productId: product.id, name: 'p', version: '2.0.0' })
  const device = await connectDevice({ mqttUrl, productKey: 'pk', name: 'd', secret })
  await device.listen()
  await device.inform('1.0.0')
  const start = async () => {
    const campaign = await client.campaigns.create({ packageId: pack.id, name: 'c' })
    await device.notice()
    return campaign
  }
  return { ...station, station, product, deviceId: id, pack, device, start }
}

describe('live events over REST', () => {
  it('tell of jobs, campaigns, devices and what was removed, by name, with the object as it now is', async () => {
    const { station, client, deviceId, pack, device, start } = await withJob()
    const stream = await listen(station)
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const campaign = await start()
    await stream.seen('campaign', (data) => data.id === campaign.id && data.status === 'running')
    await device.progress(40, 'half')
    const job = await stream.seen('job', (data) => data.progress === 40)
    expect(job?.data).toMatchObject({ type: 'job', campaignId: campaign.id, state: 'downloading', description: 'half' })
    await device.inform('2.0.0')
    await stream.seen('campaign', (data) => data.status === 'finished')
    const shown = await stream.seen('device', (data) =>
      (data.modules as { version: string }[]).some(({ version }) => version === '2.0.0'),
    )
    expect(shown?.data).toMatchObject({ id: deviceId, online: true })
    await device.leave()
    await stream.seen('device', (data) => data.online === false)
    await client.packages.remove({ id: pack.id, force: true })
    expect((await stream.seen('removed'))?.data).toEqual({ type: 'removed', what: 'package', id: pack.id })
  })

  it('are of the kinds and the campaign asked for', async () => {
    const { station, rest, device, start } = await withJob()
    const jobs = await listen(station, '?types=job,campaign')
    const others = await listen(station, '?types=job&campaignId=99')
    const byDevice = await listen(station, '?types=device')
    await start()
    await device.progress(50)
    await jobs.seen('job', (data) => data.progress === 50)
    await device.leave()
    await byDevice.seen('device', (data) => data.online === false)
    expect(new Set(jobs.events.map(({ event }) => event))).toEqual(new Set(['job', 'campaign']))
    expect(new Set(byDevice.events.map(({ event }) => event))).toEqual(new Set(['device']))
    expect(others.events).toEqual([])
    for (const query of ['?types=gossip', '?campaignId=x'])
      expect(await rest('GET', `/events${query}`)).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } })
  })

  it('are at most ten a second for one object, and the last one is the truth', async () => {
    const { station, device, start } = await withJob()
    await start()
    const stream = await listen(station, '?types=job')
    const began = performance.now()
    await Promise.all(Array.from({ length: 1000 }, (_, n) => device.progress(n % 99, `report ${n}`)))
    await device.progress(99, 'last')
    await stream.seen('job', (data) => data.description === 'last')
    const tenths = (performance.now() - began) / 100
    expect(stream.events.length).toBeLessThanOrEqual(Math.ceil(tenths) + 1)
    expect(stream.events.at(-1)?.data).toMatchObject({ progress: 99, description: 'last' })
  })

  it('cost the station nothing once the reader has gone', async () => {
    const { station, device, start } = await withJob()
    const warnings: Error[] = []
    const note = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', note)
    await start()
    const gone = await listen(station, '?types=job')
    gone.close()
    await gone.end
    const stream = await listen(station, '?types=job')
    // Each of these waits for its own batch: what a reader leaves behind a batch would add up.
    for (let n = 0; n < 15; n++) {
      await device.progress(n, `${n}`)
      await stream.seen('job', (data) => data.description === `${n}`)
    }
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('end with the station', async () => {
    const station = await startTestStation()
    const stream = await listen(station)
    await station.stop()
    await stream.end
  })
})
