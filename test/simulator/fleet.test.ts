import { afterEach, describe, expect, it } from 'vitest'
import { createFleet, type Fleet } from '../../electron/simulator/fleet.ts'
import { demoImage } from '../../electron/simulator/image.ts'
import { startTinyStation, type TinyStation } from './tiny-station.ts'

const module = (name: string) => ({ name, kind: 'FOTA' as const, vendor: null, model: null })
const secretOf = (name: string) => `secret-of-${name}`
const names = (count: number) => Array.from({ length: count }, (_, index) => `sim-${index + 1}`)

let station: TinyStation
let fleet: Fleet | undefined

const begin = async (count: number, failurePercent = 0, bytesPerSecond = 0) => {
  station = await startTinyStation({ image: demoImage(1, 100_000), secretOf })
  fleet = createFleet({
    protocol: 'sagoo',
    platform: { mqttUrl: station.mqttUrl, httpUrl: '', ca: undefined },
    devices: names(count).map((name) => ({
      name,
      productKey: station.productKey,
      secret: secretOf(name),
      accessToken: '',
    })),
    module: module('MCU'),
    version: '1.0.0',
    bytesPerSecond,
    failurePercent,
    fault: 'mixed',
    rebootMs: 1,
    queryMs: 0,
  })
  return fleet
}

/** Sockets and timers of this process, ours and the test runner's. */
const resources = (kind: RegExp) => process.getActiveResourcesInfo().filter((name) => kind.test(name)).length

afterEach(async () => {
  await fleet?.stop()
  await station.stop()
})

describe('a fleet', () => {
  it('of 200 finishes an upgrade, of which exactly a tenth fails', async () => {
    const { start, status } = await begin(200, 10)
    await start()
    expect(status()).toMatchObject({ devices: 200, connected: 200 })
    await Promise.all(names(200).map((name) => station.notify(name, '2.0.0')))
    await expect.poll(status).toMatchObject({ succeeded: 180, failed: 20, upgrading: 0 })
    expect(status()).toMatchObject({ devices: 200, connected: 200, lastError: null })
    expect(station.heard.filter(({ params }) => params.version === '2.0.0')).toHaveLength(180)
  })

  it('leaves neither sockets nor timers when it is stopped, whatever it was doing', async () => {
    const before = { tcp: resources(/^TCP/), timers: resources(/^Timeout/) }
    const { start, stop, status } = await begin(30, 0, 20_000)
    await start()
    await Promise.all(names(20).map((name) => station.notify(name, '2.0.0')))
    await station.until(() => station.heard.filter(({ params }) => params.step === '25').length >= 1)
    expect(status()).toMatchObject({ connected: 30, upgrading: 20 })
    await stop()
    await station.until(() => station.sockets() === 0)
    expect(status()).toMatchObject({ connected: 0, upgrading: 0 })
    await station.stop()
    await expect.poll(() => resources(/^TCP/)).toBeLessThanOrEqual(before.tcp)
    expect(resources(/^Timeout/)).toBeLessThanOrEqual(before.timers)
  })

  it('can be stopped while it is still connecting', async () => {
    const { start, stop, status } = await begin(300)
    const started = start()
    await station.until(() => station.logins.length > 20)
    await stop()
    await started
    await station.until(() => station.sockets() === 0)
    expect(status().connected).toBe(0)
  })

  it('waits for a broker that is not there yet, and says so meanwhile', async () => {
    const { start, stop, status } = await begin(1)
    await station.stop()
    const started = start()
    await expect.poll(() => status().lastError?.code).toBe('SIMULATOR_UNREACHABLE')
    await stop()
    await started
  })
})
