import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SimulatorInput, SimulatorStatus } from '#shared/schema.ts'
import { createSimulatorHost, type SimulatorHost } from '../../electron/simulator/host.ts'
import { demoImage } from '../../electron/simulator/image.ts'
import { startTinyStation, type TinyStation } from './tiny-station.ts'

const secretOf = (name: string) => `secret-of-${name}`
const names = Array.from({ length: 10 }, (_, index) => `sim-${index + 1}`)
const settings = SimulatorInput.parse({ productId: 1, module: 'MCU', count: 10, failurePercent: 10, rebootMs: 1 })

let station: TinyStation
let host: SimulatorHost

const access = () => ({
  protocol: 'sagoo' as const,
  platform: { mqttUrl: station.mqttUrl, httpUrl: '', ca: undefined },
  module: { name: 'MCU', kind: 'FOTA' as const, vendor: null, model: null },
  devices: names.map((name) => ({ name, productKey: station.productKey, secret: secretOf(name), accessToken: '' })),
})

beforeEach(async () => {
  station = await startTinyStation({ image: demoImage(1, 50_000), secretOf })
  host = createSimulatorHost()
})
afterEach(async () => {
  await host.stop()
  await station.stop()
})

describe('the simulator host', () => {
  it('runs a fleet in a worker, tells how it fares, and stops it', async () => {
    expect(host.status()).toMatchObject({ running: false, settings: null, devices: 0 })
    expect(await host.start(settings, access())).toMatchObject({ running: true, settings, devices: 10 })
    await station.until(() => station.heard.length === 10)
    await Promise.all(names.map((name) => station.notify(name, '2.0.0')))
    await expect
      .poll(() => host.status())
      .toMatchObject({
        connected: 10,
        upgrading: 0,
        succeeded: 9,
        failed: 1,
      })
    const stopped = await host.stop()
    expect(SimulatorStatus.parse(stopped)).toEqual(stopped)
    expect(stopped).toMatchObject({ running: false, connected: 0, succeeded: 9, failed: 1, lastError: null })
    await station.until(() => station.sockets() === 0)
  })

  it('starts devices on the version they were left on', async () => {
    const { devices, ...rest } = access()
    await host.start(settings, { ...rest, devices: devices.map((device) => ({ ...device, version: '1.5.0' })) })
    await station.until(() => station.heard.length === 10)
    expect(new Set(station.heard.map(({ params }) => params.version))).toEqual(new Set(['1.5.0']))
  })

  it('replaces a running fleet on a second start, also when both come at once', async () => {
    await Promise.all([host.start(settings, access()), host.start(settings, access())])
    await station.until(() => station.sockets() === 10)
    await expect.poll(() => host.status().connected).toBe(10)
  })

  it('survives the death of its worker, says so in both languages, and can start again', async () => {
    const boom = new URL("data:text/javascript,setImmediate(() => { throw new Error('boom') })")
    const frail = createSimulatorHost(boom)
    await frail.start(settings, access())
    expect(frail.status()).toMatchObject({
      running: false,
      lastError: { code: 'SIMULATOR_CRASHED', data: { detail: 'boom' } },
    })
    await frail.start(settings, access())
    expect(frail.status().lastError?.code).toBe('SIMULATOR_CRASHED')
  })

  it('says so when the worker goes without an error', async () => {
    const frail = createSimulatorHost(new URL('data:text/javascript,process.exit(3)'))
    await frail.start(settings, access())
    expect(frail.status()).toMatchObject({ running: false, lastError: { data: { detail: 'exit 3' } } })
  })

  it('takes a stop when nothing runs', async () => {
    expect(await host.stop()).toMatchObject({ running: false, lastError: null })
  })
})
