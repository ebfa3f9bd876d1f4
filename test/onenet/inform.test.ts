import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { authorize, CHECK, DEVICE_KEY, prepareOneNet } from '../helpers/onenet.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { until } from '../helpers/until.ts'

const inform = '$sys/33704/32981907/ota/inform'
const token = authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY, encoded: true })

const prepare = async () => {
  const clock = createTestClock()
  const bench = await prepareOneNet({ clock })
  const connect = () => connectRaw(bench.station.mqttUrl, '33704', token, { clientId: '32981907' })
  return { ...bench, clock, connect }
}

describe('OneNET’s notice over MQTT', () => {
  it('goes out when an upgrade opens, and again at the next connect, until the device has it', async () => {
    const { connect, campaign, job, call, clock } = await prepare()
    const device = await connect()
    await device.subscribe(inform)
    clock.advance(2000)
    const { id } = await campaign()
    const first = await device.next()
    expect(first.topic).toBe(inform)
    expect(Object.entries(JSON.parse(first.text))).toEqual([
      ['id', expect.stringMatching(/^\d+$/)],
      ['version', '5.0'],
      ['url', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/ota\//)],
    ])
    await until(
      () => job(id),
      ({ state }) => state === 'notified',
    )
    await device.publish(`${inform}_reply`, `{"id":"${JSON.parse(first.text).id}","code":200,"msg":"succ"}`)
    await device.leave()
    const again = await connect()
    await again.subscribe('$sys/33704/32981907/#')
    clock.advance(2000)
    expect(JSON.parse((await again.next()).text).version).toBe('5.0')
    expect((await call({ path: CHECK })).json()).toMatchObject({ errno: 0, data: { target: '5.0' } })
    expect(await again.unasked()).toBe(0)
  })

  it('is not needed: a device that never subscribes, or is not there, asks as before', async () => {
    const { connect, campaign, job, call, clock } = await prepare()
    const device = await connect()
    await device.subscribe('$sys/33704/32981907/thing/property/set')
    const { id } = await campaign()
    clock.advance(60_000)
    expect(await job(id)).toMatchObject({ state: 'pending' })
    expect((await call({ path: CHECK })).json()).toMatchObject({ errno: 0, data: { target: '5.0' } })
    expect(await job(id)).toMatchObject({ state: 'notified' })
    expect(await device.unasked()).toBe(0)
  })

  it.each(['{"id":"1","code":500,"msg":"busy"}', '{}', 'no JSON', '[]'])(
    'decides nothing by its reply: %s',
    async (reply) => {
      const { connect, campaign, job, clock } = await prepare()
      const device = await connect()
      await device.subscribe(inform)
      clock.advance(2000)
      const { id } = await campaign()
      await device.next()
      await device.publish(`${inform}_reply`, reply)
      await until(
        () => job(id),
        ({ state }) => state === 'notified',
      )
      expect(device.connected).toBe(true)
    },
  )
})
