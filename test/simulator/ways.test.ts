import { describe, expect, it, onTestFinished } from 'vitest'
import { createFleet } from '../../electron/simulator/fleet.ts'
import { until } from '../helpers/until.ts'
import { image, prepareReal, reasonsOf } from './real-station.ts'

describe('virtual devices of sagoo', () => {
  it('fetch block by block over MQTT, also those whose connection is cut in between', async () => {
    const { run, upgrade, becomes } = await prepareReal('sagoo')
    await run({ failurePercent: 20, fault: 'drop' })
    await becomes(await upgrade({ protocol: 'mqtt' }), { succeeded: 10 })
  })

  it('find a wrong digest in what came by blocks', async () => {
    const { run, upgrade, becomes } = await prepareReal('sagoo')
    await run({ failurePercent: 20, fault: 'digest' })
    const jobs = await becomes(await upgrade({ protocol: 'mqtt' }), { succeeded: 8, failed: 2 })
    expect(reasonsOf(jobs)).toEqual(['VERIFICATION_FAILED', 'VERIFICATION_FAILED'])
  })

  it('install a package of several files, and go on in the middle of them', async () => {
    const { station, product, run, becomes } = await prepareReal('sagoo')
    await run({ failurePercent: 20, fault: 'drop' })
    const form = new FormData()
    const fields = { productId: String(product.id), name: 'three', version: '3.0.0', signMethod: 'SHA256' }
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    for (const name of ['app.bin', 'fs.bin', 'boot.bin']) form.append('file', new File([new Uint8Array(image)], name))
    const { body } = await station.rest('POST', '/packages', form)
    const campaign = await station.client.campaigns.create({ packageId: Number(body.id), name: 'all' })
    await becomes(campaign.id, { succeeded: 10 })
  })

  it('fetch by HTTPS from a station whose authority they were given', async () => {
    const { run, upgrade, becomes } = await prepareReal('sagoo', { tls: true })
    await run()
    await becomes(await upgrade({ protocol: 'https' }), { succeeded: 10 })
  })

  it('connect by MQTTS', async () => {
    const { station, product, upgrade, becomes } = await prepareReal('sagoo', { tls: true })
    const device = await station.client.devices.create({ productId: product.id, name: 'dev1' })
    const { pem } = await station.client.station.ca()
    const fleet = createFleet({
      protocol: 'sagoo',
      platform: { mqttUrl: station.ready.mqtts ?? '', httpUrl: '', ca: pem },
      devices: [{ ...device, productKey: product.key }],
      module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
      version: '1.0.0',
      bytesPerSecond: 0,
      failurePercent: 0,
      fault: 'mixed',
      rebootMs: 1,
      queryMs: 0,
    })
    onTestFinished(() => fleet.stop())
    await fleet.start()
    await becomes(await upgrade({ protocol: 'https' }), { succeeded: 1 })
  })
})

describe('virtual devices that ask', () => {
  it.each(['sagoo', 'iot-engine'] as const)('of %s find what is not pushed', async (protocol) => {
    const { run, upgrade, becomes } = await prepareReal(protocol)
    await run({ askSeconds: 0.2, failurePercent: 20 })
    const jobs = await becomes(await upgrade({ push: false }), { succeeded: 8, failed: 2 })
    expect(reasonsOf(jobs)).toEqual(['UPGRADE_FAILED', 'DOWNLOAD_FAILED'])
  })

  it('answer what is pushed as well', async () => {
    const { run, upgrade, becomes } = await prepareReal('iot-engine')
    await run({ askSeconds: 0.2 })
    await becomes(await upgrade(), { succeeded: 10 })
  })
})

describe('virtual devices of OneNET', () => {
  it('upgrade their application by SOTA', async () => {
    const { run, upgrade, becomes } = await prepareReal('onenet')
    await run({ module: 'sota' })
    await becomes(await upgrade({}, 'sota'), { succeeded: 10 })
  })

  it('are of the make that their module names', async () => {
    const { station, product, run, upgrade, becomes } = await prepareReal('onenet')
    await station.client.products.createModule({ id: product.id, name: 'modem', vendor: 'Quectel', model: 'BC26' })
    await run({ module: 'modem' })
    await becomes(await upgrade({}, 'modem'), { succeeded: 10 })
  })

  it('say so when their key is not taken, and ask no more', async () => {
    const { station, product, run } = await prepareReal('onenet')
    await run({ count: 1 })
    await station.client.simulator.stop()
    const [device] = (await station.client.devices.list({ productId: product.id })).items
    const fleet = createFleet({
      protocol: 'onenet',
      platform: { mqttUrl: '', httpUrl: station.ready.http, ca: undefined },
      devices: [{ name: device?.name ?? '', productKey: product.key, secret: 'd3Jvbmc=', accessToken: '' }],
      module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
      version: '1.0.0',
      bytesPerSecond: 0,
      failurePercent: 0,
      fault: 'mixed',
      rebootMs: 1,
      queryMs: 0,
    })
    onTestFinished(() => fleet.stop())
    await fleet.start()
    expect(fleet.status()).toMatchObject({
      connected: 0,
      lastError: { code: 'SIMULATOR_REFUSED', data: { device: 'sim-0001', detail: 'errno 1: auth failed' } },
    })
  })

  it('leave an upgrade that was cancelled without a word', async () => {
    const { station, run, upgrade, becomes } = await prepareReal('onenet')
    await run({ bytesPerSecond: 50_000 })
    const campaign = await upgrade()
    await until(
      () => station.client.simulator.status(),
      ({ upgrading }) => upgrading > 0,
    )
    await station.client.campaigns.cancel({ id: campaign })
    const { counts } = await until(
      () => station.client.campaigns.get({ id: campaign }),
      ({ counts }) => counts.downloading === 0,
    )
    expect(counts.failed).toBe(0)
    await station.client.simulator.stop()
    await run()
    await becomes(await upgrade(), { succeeded: 10 })
  })
})

describe('a virtual device of ThingsPanel', () => {
  it('that rolls back has upgraded all the same where 100 % is all that counts', async () => {
    const { run, upgrade, becomes } = await prepareReal('thingspanel', {}, { successCriterion: 'progress' })
    await run({ failurePercent: 20, fault: 'rollback' })
    await becomes(await upgrade(), { succeeded: 10 })
  })
})
