import { describe, expect, it } from 'vitest'
import { type Protocol, type ProtocolFeatures, protocolFacts } from '#shared/protocols/index.ts'
import type { ConformanceProtocol } from './driver.ts'
import { prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

const lacking = (feature: keyof ProtocolFeatures): ConformanceProtocol[] =>
  conformanceProtocols.filter(({ protocol }) => !protocolFacts[protocol].features[feature])
const only = (...wanted: Protocol[]): ConformanceProtocol[] =>
  conformanceProtocols.filter(({ protocol }) => wanted.includes(protocol))

describe.each(only('sagoo', 'thingspanel', 'iot-engine'))('success by progress, by $protocol', (protocol) => {
  it('is 100 % where the product says so, and the version moves nothing afterwards', async () => {
    const { device, campaign, begin, job, station } = await prepare(protocol, { successCriterion: 'progress' })
    await device.start()
    const id = await campaign()
    await begin(id)
    await device.progress(99)
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 99 })
    await device.installed()
    expect(await job(id)).toMatchObject({ state: 'succeeded', progress: 100 })
    expect(await station.client.campaigns.get({ id })).toMatchObject({ status: 'finished' })
    await device.report('1.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('is also the target version, should it come first', async () => {
    const { device, campaign, begin, job } = await prepare(protocol, { successCriterion: 'progress' })
    await device.start()
    const id = await campaign()
    await begin(id)
    await device.report('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })
})

describe.each(lacking('sha256'))('a package for $protocol', (protocol) => {
  it('signed by SHA-256 is refused in words, as its devices check MD5', async () => {
    const { station, productId } = await prepare(protocol)
    const refused = await station
      .addPackage({ productId, name: 'sha', version: '3.0.0', signMethod: 'SHA256' })
      .catch((error: Error) => error)
    expect(refused).toMatchObject({ code: 'MD5_ONLY', message: expect.stringContaining('supports MD5 only') })
  })
})

describe.each(lacking('modules'))('a product of $protocol', (protocol) => {
  it('has the whole device as its only module, and another is refused in words', async () => {
    const { station, productId } = await prepare(protocol)
    await expect(station.client.products.createModule({ id: productId, name: 'MCU' })).rejects.toMatchObject({
      code: 'MODULES_UNKNOWN',
      message: expect.stringContaining('"default"'),
    })
    expect((await station.client.products.modules({ id: productId })).items.map(({ name }) => name)).toEqual([
      'default',
    ])
  })
})

describe.each(lacking('policy'))('a campaign by $protocol', (protocol) => {
  it('cannot leave the time to the device', async () => {
    const { campaign } = await prepare(protocol)
    await expect(campaign({ policy: 'silent' })).rejects.toMatchObject({ code: 'POLICY_UNKNOWN' })
  })
})

describe.each(lacking('mqttDownload'))('a campaign over MQTT by $protocol', (protocol) => {
  it('is refused in words', async () => {
    const { campaign } = await prepare(protocol)
    await expect(campaign({ protocol: 'mqtt' })).rejects.toMatchObject({ code: 'MQTT_DOWNLOAD_UNKNOWN' })
  })
})
