import { describe, expect, it } from 'vitest'
import { pieceCrc16 } from '../../electron/platform/download/crc16.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { image, prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

const named = (name: string) => {
  const protocol = conformanceProtocols.find((one) => one.protocol === name)
  if (!protocol) throw new Error(`no ${name}`)
  return protocol
}

/** docs/protocols/thingspanel.md §1.2: {token} and {number} stand for the device's own. */
const families = [
  {
    what: 'the documents',
    inform: '/ota/device/inform/{token}',
    progress: '/ota/device/progress/{token}',
    notice: '/ota/device/upgrade/{token}',
  },
  {
    what: 'the documents, without a slash',
    inform: 'ota/device/inform/{token}',
    progress: 'ota/device/progress/{token}',
    notice: 'ota/device/upgrade/{token}',
  },
  {
    what: 'release 0.5.4.1',
    inform: 'ota/device/inform',
    progress: 'ota/device/progress',
    notice: 'ota/device/inform/{token}',
  },
  {
    what: 'release 0.5.4.1, with a slash',
    inform: '/ota/device/inform',
    progress: '/ota/device/progress',
    notice: '/ota/device/inform/{token}',
  },
  {
    what: 'main as it is configured',
    inform: undefined,
    progress: 'ota/devices/progress',
    notice: 'ota/devices/infrom/{number}',
  },
  {
    what: 'main as it is documented',
    inform: undefined,
    progress: 'ota/devices/progress',
    notice: 'ota/devices/inform/{number}',
  },
  {
    what: 'main, with a slash',
    inform: undefined,
    progress: '/ota/devices/progress',
    notice: '/ota/devices/infrom/{number}',
  },
  {
    what: 'main as it is documented, with a slash',
    inform: undefined,
    progress: '/ota/devices/progress',
    notice: '/ota/devices/inform/{number}',
  },
]

describe('a ThingsPanel device', () => {
  it.each(families)('is heard and answered on the topics of $what', async ({ inform, progress, notice }) => {
    const { station, device, campaign, job, clock, reaches } = await prepare(named('thingspanel'), {
      successCriterion: 'progress',
    })
    const { accessToken, name } = device.credentials
    const own = (topic: string) => topic.replace('{token}', accessToken).replace('{number}', name)
    const raw = await connectRaw(station.mqttUrl, accessToken, '')
    if (inform) await raw.publish(own(inform), '{"id":"147258369","params":{"version":"1.0.0","module":"default"}}')
    await raw.subscribe(own(notice))
    clock.advance(2000)
    const id = await campaign({ tags: { key1: 'value1' } })
    const { topic, text } = await raw.next()
    expect(topic).toBe(own(notice))
    const { id: messageId, code, params, ...more } = JSON.parse(text)
    expect(more).toEqual({})
    expect(messageId).toMatch(/^\d{9}$/)
    expect(code).toBe(200)
    expect(Object.keys(params)).toEqual(['version', 'size', 'url', 'signMethod', 'sign', 'extData'])
    expect(params).toMatchObject({ version: '2.0.0', signMethod: 'Md5', extData: { key1: 'value1' } })
    await reaches(id, 'notified')
    await raw.publish(own(progress), '{"step":"0","desc":"","module":""}')
    await raw.publish(own(progress), '{"step":"101","desc":"","module":""}')
    expect(await job(id)).toMatchObject({ state: 'notified' })
    await raw.publish(own(progress), '{"step":"42.9","desc":"升级进度42%"}')
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 42, description: '升级进度42%' })
    await raw.publish(own(progress), '{"step":100,"desc":"升级进度100%"}')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('may go on with its telemetry, and with what subscriptions it has beside', async () => {
    const { station, device } = await prepare(named('thingspanel'))
    const { accessToken, name } = device.credentials
    const raw = await connectRaw(station.mqttUrl, accessToken, '')
    for (const topic of ['devices/telemetry', 'devices/attributes/17', 'devices/event/17', 'devices/status'])
      await raw.publish(topic, '{"temperature":28.5}')
    await raw.subscribe(`devices/telemetry/control/${name}`, `devices/attributes/get/${name}`)
    await raw.publish(`/ota/device/inform/${accessToken}`, '{"id":"1","params":{"version":"1.0.0"}}')
    expect((await station.client.devices.get({ id: device.credentials.id })).modules).toMatchObject([
      { version: '1.0.0' },
    ])
  })

  it('fetches pieces with their checksum, by the method it names', async () => {
    const { device, campaign, job, reaches } = await prepare(named('thingspanel'))
    await device.start()
    const id = await campaign()
    const { locator } = await device.offered()
    await reaches(id, 'notified')
    const checksum = async (headers: Record<string, string>) => {
      const response = await fetch(locator, { headers })
      await response.arrayBuffer()
      return [response.status, response.headers.get('x-crc16')]
    }
    const piece = image.subarray(1000, 2000)
    const Range = 'bytes=1000-1999'
    expect(await checksum({ Range })).toEqual([206, pieceCrc16('IBM', piece)])
    expect(await checksum({ Range, 'Crc16-Method': 'CCITT' })).toEqual([206, pieceCrc16('CCITT', piece)])
    expect(await checksum({ Range, 'Crc16-Method': 'MODBUS' })).toEqual([206, pieceCrc16('MODBUS', piece)])
    expect(await checksum({ Range: 'bytes=19000-' })).toEqual([206, pieceCrc16('IBM', image.subarray(19_000))])
    expect(await checksum({})).toEqual([200, null])
    expect(await job(id)).toMatchObject({ state: 'downloading' })
  })

  it('keeps modules apart, and names the default one never', async () => {
    const { station, device, productId, clock } = await prepare(named('thingspanel'))
    const { accessToken } = device.credentials
    await station.client.products.createModule({ id: productId, name: 'MCU' })
    const pack = await station.addPackage({ productId, name: 'mcu 2', version: 'v1.1', module: 'MCU' })
    const raw = await connectRaw(station.mqttUrl, accessToken, device.credentials.secret)
    await raw.publish(`/ota/device/inform/${accessToken}`, '{"id":"1","params":{"version":"v1.0.1","module":"MCU"}}')
    await raw.subscribe(`/ota/device/upgrade/${accessToken}`)
    clock.advance(2000)
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'mcu' })
    expect(JSON.parse((await raw.next()).text).params).toMatchObject({ module: 'MCU', version: 'v1.1' })
    const job = async () => (await station.client.campaigns.jobs({ id })).items[0]
    await raw.publish(`/ota/device/progress/${accessToken}`, '{"step":"-1","module":"default"}')
    await raw.publish(`/ota/device/progress/${accessToken}`, '{"step":"7","module":"MCU"}')
    expect(await job()).toMatchObject({ state: 'downloading', progress: 7 })
  })
})

describe('a device of the IoT engine', () => {
  const start = async () => {
    const bench = await prepare(named('iot-engine'))
    const { name, secret } = bench.device.credentials
    const raw = await connectRaw(bench.station.mqttUrl, `${name}&bench`, secret)
    const topic = (purpose: string) => `/sys/bench/${name}/ota/firmware/${purpose}`
    return { ...bench, raw, topic }
  }

  it.each(['standard', 'silent'] as const)('is told the policy %s of its campaign', async (policy) => {
    const { raw, topic, campaign } = await start()
    await raw.publish(topic('version'), '{"msgId":"1","version":"1.0","data":{"firmwareVersion":"1.0.0"},"ts":1}')
    await raw.subscribe(topic('upgrade'))
    await campaign({ policy })
    const { msgId, version, data, ...more } = JSON.parse((await raw.next()).text)
    expect({ msgId, version, more }).toEqual({ msgId: expect.stringMatching(/^\d+$/), version: '1.0', more: {} })
    expect(Object.keys(data)).toEqual(['policy', 'size', 'firmwareVersion', 'url', 'sign', 'signMethod'])
    expect(data).toMatchObject({ policy, firmwareVersion: '2.0.0', signMethod: 'Md5' })
  })

  it('asks for a version: what it is to have is described, anything else is not there', async () => {
    const { raw, topic, campaign, reaches } = await start()
    await raw.subscribe(topic('get_reply'), topic('request_reply'))
    const ask = async (purpose: string, version: string) => {
      await raw.publish(topic(purpose), `{"msgId":"3","version":"1.0","data":{"firmwareVersion":"${version}"}}`)
      return raw.next()
    }
    const nothing = { msgId: '3', code: 404, message: 'FirmwareVersion 2.0.0 not existed' }
    expect(JSON.parse((await ask('get', '2.0.0')).text)).toEqual(nothing)
    const id = await campaign({ push: false })
    const { topic: answeredOn, text } = await ask('get', '2.0.0')
    expect(answeredOn).toBe(topic('get_reply'))
    expect(Object.keys(JSON.parse(text).data)).toEqual(['firmwareVersion', 'url', 'sign', 'signMethod'])
    await reaches(id, 'notified')
    expect(JSON.parse((await ask('get', '7')).text)).toEqual({ ...nothing, message: 'FirmwareVersion 7 not existed' })
    const boot = await ask('request', '1.0.0')
    expect(boot.topic).toBe(topic('request_reply'))
    expect(JSON.parse(boot.text).data.firmwareVersion).toBe('2.0.0')
  })

  it('goes from downloading over burning to the proof, by the table of its status', async () => {
    const { raw, topic, campaign, job, reaches } = await start()
    const say = (data: string) =>
      raw.publish(topic('progress'), `{"msgId ":"2","version":"1.0","data ":${data},"ts":1}`)
    await raw.publish(topic('report'), '{"msgId ":"1","version":"1.0","data ":{"firmwareVersion ":"1.0.0"}}')
    await raw.subscribe(topic('upgrade'))
    const id = await campaign()
    const { msgId } = JSON.parse((await raw.next()).text)
    await reaches(id, 'notified')
    await raw.publish(topic('upgrade_reply'), `{"msgId ":"${msgId}","code":200}`)
    await say('{"status":0,"progress":100}')
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 99 })
    await say('{"status":1,"progress":100}')
    expect(await job(id)).toMatchObject({ state: 'installing' })
    await say('{"status":2,"progress":10}')
    await say('{"status":3,"progress":100}')
    expect(await job(id)).toMatchObject({ state: 'installing' })
    await raw.publish(topic('inform'), '{"data":{"firmwareVersion":"2.0.0"}}')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('that answers a notice by another code than 200 has refused it', async () => {
    const { raw, topic, campaign, job, reaches } = await start()
    await raw.publish(topic('version'), '{"data":{"firmwareVersion":"1.0.0"}}')
    await raw.subscribe(topic('upgrade'))
    const id = await campaign()
    await raw.next()
    await reaches(id, 'notified')
    await raw.publish(topic('upgrade_reply'), '{"msgId":"1","code":503,"message":"busy"}')
    expect(await job(id)).toMatchObject({ state: 'failed', errorCode: 'UPGRADE_FAILED', description: 'code 503: busy' })
  })

  it('is not a success while it burns, even where the product goes by progress', async () => {
    const { station, raw, topic, campaign, job, reaches } = await start()
    await station.client.products.update({ id: 1, successCriterion: 'progress' })
    await raw.publish(topic('version'), '{"data":{"firmwareVersion":"1.0.0"}}')
    await raw.subscribe(topic('upgrade'))
    const id = await campaign()
    await raw.next()
    await reaches(id, 'notified')
    for (const status of [0, 1, 2]) {
      await raw.publish(topic('progress'), `{"data":{"status":${status},"progress":100}}`)
      expect((await job(id)).state).not.toBe('succeeded')
    }
    await raw.publish(topic('progress'), '{"data":{"status":3,"progress":100}}')
    expect(await job(id)).toMatchObject({ state: 'succeeded' })
  })
})
