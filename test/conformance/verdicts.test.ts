import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { authorize, DEVICE_KEY, prepareOneNet } from '../helpers/onenet.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { until } from '../helpers/until.ts'
import { type Bench, prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

const MINUTE = 60_000
const pushing = conformanceProtocols.filter(({ pushes }) => pushes)
const named = (name: string) => {
  const protocol = conformanceProtocols.find((one) => one.protocol === name)
  if (!protocol) throw new Error(`no ${name}`)
  return protocol
}

/** Time passes until the job has ended. */
const ends = ({ clock, job }: Pick<Bench, 'clock' | 'job'>, id: number, state: string) =>
  until(
    () => {
      clock.advance(MINUTE)
      return job(id)
    },
    (now) => now.state === state,
  )

describe.each(conformanceProtocols)('an upgrade under way by $protocol', (protocol) => {
  it('is not called rolled back by the old version, however often and after whatever reconnect', async () => {
    const { device, campaign, begin, job, clock } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    await begin(id)
    await device.installed()
    await device.report('1.0.0')
    await device.leave()
    await device.connect()
    await device.report('1.0.0')
    await device.listen()
    clock.advance(9 * MINUTE)
    await device.report('1.0.0')
    expect(await device.unasked()).toBe(0)
    if (protocol.protocol !== 'onenet' && protocol.asks) expect(await device.ask()).toBeUndefined()
    expect(await job(id)).toMatchObject({ state: 'installing', fromVersion: '1.0.0', errorCode: null })
    await device.report('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded', patienceUntil: null })
  })

  it('that was called so is taken back by the target, with the halt it caused', async () => {
    const bench = await prepare(protocol)
    const { device, campaign, begin, job, station, clock } = bench
    const other = await bench.another('dev2')
    await device.start()
    const id = await campaign({
      rate: { concurrent: 1 },
      failureThreshold: { percent: 1, minimum: 1 },
    })
    await begin(id)
    await device.installed()
    await device.report('1.0.0')
    await ends({ clock, job }, id, 'failed')
    expect(await job(id)).toMatchObject({ errorCode: 'ROLLED_BACK', description: '1.0.0' })
    // An absent device has failed by some protocols, and its campaign is over then.
    const isHalted = protocol.absent === 'pending'
    expect(await station.client.campaigns.get({ id })).toMatchObject({ status: isHalted ? 'halted' : 'finished' })
    await device.report('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded', errorCode: null })
    if (!isHalted) return
    expect(await station.client.campaigns.get({ id })).toMatchObject({
      status: 'running',
      counts: { succeeded: 1, failed: 0 },
    })
    const { items: log } = await station.client.audit.list({ action: 'campaigns.healed' })
    expect(log).toMatchObject([{ source: 'station', detail: { device: 'dev1' } }])
    await other.start()
    expect((await other.offered()).version).toBe('2.0.0')
  })
})

describe.each(pushing)('a device told by $protocol that comes back', (protocol) => {
  const comesBack = async ({ device, clock }: Bench): Promise<void> => {
    await device.leave()
    await device.connect()
    await device.listen()
    clock.advance(3000)
    expect(await device.unasked()).toBe(0)
  }

  it.each(['notified', 'downloading'] as const)(
    'while %s is not pushed the image it runs when it says its version three seconds later',
    async (state) => {
      const bench = await prepare(protocol)
      const { device, campaign, begin, reaches, job } = bench
      await device.start()
      const id = await campaign()
      if (state === 'downloading') await begin(id)
      else await device.offered()
      await reaches(id, state)
      await comesBack(bench)
      await device.report('2.0.0')
      expect(await device.unasked()).toBe(0)
      expect(await job(id)).toMatchObject({ state: 'succeeded' })
    },
  )

  it('and says no version is told again after thirty seconds, or what the setting says', async () => {
    const bench = await prepare(protocol)
    const { device, campaign, reaches, clock, station, job } = bench
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    await comesBack(bench)
    clock.advance(27_000)
    expect((await device.offered()).version).toBe('2.0.0')
    await device.acknowledge()
    await station.client.station.updateSettings({ reconnectGraceSeconds: 5 })
    await comesBack(bench)
    clock.advance(2000)
    expect((await device.offered()).version).toBe('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'notified', attempt: 1 })
  })

  it('and says its old version is told again at once, and only once', async () => {
    const bench = await prepare(protocol)
    const { device, campaign, reaches, clock } = bench
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    await comesBack(bench)
    await device.report('1.0.0')
    expect((await device.offered()).version).toBe('2.0.0')
    await device.acknowledge()
    clock.advance(MINUTE)
    expect(await device.unasked()).toBe(0)
  })

  it('is told within a second of what a person has tried again, and of what it was never told', async () => {
    const bench = await prepare(protocol)
    const { device, campaign, reaches, clock, station } = bench
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    await device.fail(-4, 'no')
    const { id: jobId } = await reaches(id, 'failed')
    await device.leave()
    await device.connect()
    await station.client.jobs.retry({ id: jobId })
    await device.listen()
    clock.advance(1000)
    expect((await device.offered()).version).toBe('2.0.0')
    expect(await reaches(id, 'notified')).toMatchObject({ attempt: 2 })
  })

  it('waits as long with what the station tries again by itself', async () => {
    const bench = await prepare(protocol)
    const { device, campaign, reaches, clock } = bench
    await device.start()
    const id = await campaign({ retry: { times: 1, intervalMinutes: 60 } })
    await device.offered()
    await reaches(id, 'notified')
    await device.fail(-4, 'it seemed so')
    await reaches(id, 'pending')
    await device.leave()
    clock.advance(61 * MINUTE)
    await device.connect()
    await device.listen()
    clock.advance(3000)
    expect(await device.unasked()).toBe(0)
    await device.report('2.0.0')
    expect(await device.unasked()).toBe(0)
    expect(await reaches(id, 'succeeded')).toMatchObject({ attempt: 2 })
  })
})

describe('a OneNET device', () => {
  const start = async () => {
    const clock = createTestClock()
    const prepared = await prepareOneNet({ clock })
    const authorization = authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY })
    const call = async (method: string, path: string, body?: string) =>
      (await prepared.call({ method, path, body, authorization })).json()
    const poll = (version: string) =>
      call('POST', '/ota/device/version?dev_id=32981907', `{"s_version":"","f_version":"${version}"}`)
    const check = (version: string) =>
      call('GET', `/ota/south/check?dev_id=32981907&manuf=m&model=t&type=1&version=${version}&cdn=false`)
    await poll('1.0')
    const { id } = await prepared.campaign({ version: '2.0' })
    const { data } = await check('1.0')
    const token = String(data?.token)
    const step = (code: number) =>
      call('POST', `/ota/south/device/download/${token}/progress?dev_id=32981907`, `{"step":${code}}`)
    const report = (code: number) =>
      call('POST', `/ota/south/report?dev_id=32981907&token=${token}`, `{"result":${code}}`)
    return { ...prepared, clock, id, token, poll, check, step, report, state: () => prepared.job(id) }
  }

  it('that polls its old version between 101 and 201 succeeds, and what it says afterwards changes nothing', async () => {
    const { poll, step, state } = await start()
    expect(await step(101)).toEqual({ errno: 0, error: 'succ' })
    expect(await poll('1.0')).toEqual({ errno: 0, error: 'succ' })
    expect(await state()).toMatchObject({ state: 'installing' })
    expect(await step(201)).toEqual({ errno: 0, error: 'succ' })
    expect(await step(204)).toMatchObject({ errno: 20 })
    expect(await poll('2.0')).toMatchObject({ errno: 0 })
    expect(await state()).toMatchObject({ state: 'succeeded', errorCode: null })
  })

  it('that fails its upgrade and has made it after all ends in success, whatever it calls', async () => {
    const { poll, step, state } = await start()
    await step(101)
    await poll('1.0')
    expect(await step(204)).toMatchObject({ errno: 0 })
    expect(await state()).toMatchObject({ state: 'failed', errorCode: 'PACKAGE_MISMATCH' })
    // The task has ended, and is answered so; that it was proven stands in the record.
    expect(await step(201)).toMatchObject({ errno: 20 })
    expect(await state()).toMatchObject({ state: 'succeeded', errorCode: null })
  })

  it('proves a task that was given up by 201, and by a check from the target', async () => {
    const first = await start()
    await first.step(101)
    await first.poll('1.0')
    await until(
      () => {
        first.clock.advance(MINUTE)
        return first.state()
      },
      ({ state }) => state === 'failed',
    )
    expect(await first.state()).toMatchObject({ errorCode: 'ROLLED_BACK', description: '1.0' })
    expect(await first.check('1.0')).toMatchObject({ errno: 11 })
    expect(await first.check('2.0')).toMatchObject({ errno: 11 })
    expect(await first.state()).toMatchObject({ state: 'succeeded' })
  })

  it.each([201, 206])('is heard by %i from every open state, paused too', async (code) => {
    const end = code === 201 ? 'succeeded' : 'failed'
    for (const before of [[], [30], [101]] as const)
      for (const paused of [false, true]) {
        const { station, id, token, call, step, state } = await start()
        if (before[0] === 30) await call({ path: `/ota/south/download/${token}/check?dev_id=32981907` })
        for (const one of before) await step(one)
        if (paused) await station.client.campaigns.pause({ id })
        expect(await step(code), `${before.join()} ${paused}`).toEqual({ errno: 0, error: 'succ' })
        expect(await state()).toMatchObject({ state: end })
      }
  })

  it('that checks from its target has reached it; any other version in a check is no report', async () => {
    const { step, check, state, station } = await start()
    await step(101)
    expect(await check('0.9')).toMatchObject({ errno: 0 })
    expect(await state()).toMatchObject({ state: 'installing' })
    expect(await check('2.0')).toMatchObject({ errno: 11 })
    expect(await state()).toMatchObject({ state: 'succeeded' })
    const [device] = (await station.client.devices.list({})).items
    expect(device?.modules).toMatchObject([{ module: 'default', version: '2.0' }])
  })

  it('by the older report and the newer APIs is borne with as well', async () => {
    const { report, poll, call, state, id } = await start()
    expect(await report(101)).toMatchObject({ errno: 0 })
    await poll('1.0')
    const status = {
      method: 'POST',
      path: `/fuse-ota/33704/32981907/${(await state()).id}/status`,
      body: '{"step":201}',
    }
    expect((await call(status)).json()).toMatchObject({ code: 0 })
    expect([id, (await state()).state]).toEqual([id, 'succeeded'])
  })
})

describe('a report that names another module than its upgrade', () => {
  const details = async ({ station, device }: Bench): Promise<(string | null)[]> =>
    (await station.client.devices.messages({ id: device.credentials.id })).items
      .filter(({ kind }) => kind === 'progress')
      .map(({ detail }) => detail)

  it.each([
    ['the campaign', (id: number) => `{"strategy":${id},"step":1,"desc":"","module":"电表升级包"}`],
    ['its only open upgrade', () => `{"step":"1","desc":"","module":"电表升级包"}`],
  ])('is taken for %s by SagooIOT, and noted', async (_what, params) => {
    const bench = await prepare(named('sagoo'))
    const { device, station, campaign, job, reaches } = bench
    const { name, secret } = device.credentials
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    const raw = await connectRaw(station.mqttUrl, `${name}&bench`, secret)
    await raw.publish(`/ota/device/progress/bench/${name}`, `{"id":"1","params":${params(id)}}`)
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 1 })
    expect(await details(bench)).toEqual(['电表升级包 → default · 1%'])
  })

  it('is taken for the only open upgrade by ThingsPanel, whose devices always print MCU', async () => {
    const bench = await prepare(named('thingspanel'), { successCriterion: 'progress' })
    const { device, station, campaign, job, reaches } = bench
    const { accessToken } = device.credentials
    await device.start()
    const id = await campaign()
    await device.offered()
    await reaches(id, 'notified')
    const raw = await connectRaw(station.mqttUrl, accessToken, '')
    await raw.publish(`/ota/device/progress/${accessToken}`, '{"step":"60","desc":"升级进度60%","module":"MCU"}')
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 60 })
    expect(await details(bench)).toEqual(['MCU → default · 60% · 升级进度60%'])
    await raw.publish('ota/devices/progress', '{"step":100,"desc":"","module":"MCU"}')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('moves the one it names where several are open, by its module or its campaign, and none by a name of neither', async () => {
    const bench = await prepare(named('sagoo'))
    const { device, station, campaign, job, reaches, productId } = bench
    const { name, secret } = device.credentials
    await station.client.products.createModule({ id: productId, name: 'MCU' })
    const pack = await station.addPackage({ productId, name: 'mcu 2', version: '2', module: 'MCU' })
    await device.start()
    const whole = await campaign()
    await device.offered()
    await reaches(whole, 'notified')
    const mcu = await station.client.campaigns.create({ packageId: pack.id, name: 'mcu' })
    await device.offered()
    await reaches(mcu.id, 'notified')
    const raw = await connectRaw(station.mqttUrl, `${name}&bench`, secret)
    const tell = (params: string) => raw.publish(`/ota/device/progress/bench/${name}`, `{"id":"1","params":${params}}`)
    await tell('{"step":"-1","module":"电表升级包"}')
    await tell('{"step":"7","module":"MCU"}')
    expect([(await job(whole)).state, (await job(mcu.id)).progress]).toEqual(['notified', 7])
    await tell(`{"step":"9","module":"MCU","strategy":"${whole}"}`)
    expect([(await job(whole)).progress, (await job(mcu.id)).progress]).toEqual([9, 7])
    await tell('{"step":"11"}')
    expect([(await job(whole)).progress, (await job(mcu.id)).progress]).toEqual([11, 7])
  })
})

it('a device of iotkit-embedded that asks from the version it is to have has reached it', async () => {
  const { device, station, campaign, job, reaches } = await prepare(named('sagoo'))
  const { name, secret } = device.credentials
  await device.start()
  const id = await campaign()
  await device.offered()
  await reaches(id, 'notified')
  const raw = await connectRaw(station.mqttUrl, `${name}&bench`, secret)
  const request = `/ota/device/request/bench/${name}`
  await raw.publish(request, '{"id":1,"params":{"version":"9.9.9"}}')
  expect(await job(id)).toMatchObject({ state: 'notified', fromVersion: '1.0.0' })
  await raw.publish(request, '{"id":2,"params":{"version":"2.0.0"}}')
  expect(await job(id)).toMatchObject({ state: 'succeeded' })
})
