import { describe, expect, it } from 'vitest'
import { printedMessages } from '../helpers/documents.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

/** A station with one device of that protocol, and a package `version` of that module for it. */
const prepare = async (protocol: 'sagoo' | 'thingspanel' | 'iot-engine', module: string, version: string) => {
  const station = await startTestStation()
  const { client } = station
  const product = await client.products.create({ name: 'P', key: 'pk', protocol })
  if (module !== 'default') await client.products.createModule({ id: product.id, name: module })
  const device = await client.devices.create({ productId: product.id, name: 'dev1', accessToken: 'tok-1' })
  const pack = await station.addPackage({ productId: product.id, name: 'package', version, module })
  const login = protocol === 'thingspanel' ? 'tok-1' : 'dev1&pk'
  const raw = await connectRaw(station.mqttUrl, login, protocol === 'thingspanel' ? '' : device.secret)
  const own = (topic: string) =>
    topic
      .replace(/\$?\{(productKey)\}/, 'pk')
      .replace(/\$?\{(deviceKey|identifier)\}/, 'dev1')
      .replace(/\$?\{AccessToken\}/, 'tok-1')
  const start = async () => {
    const { id } = await client.campaigns.create({ packageId: pack.id, name: 'campaign' })
    const notice = await raw.next()
    const job = async () => (await client.campaigns.jobs({ id })).items[0]
    await until(job, (now) => now?.state === 'notified')
    return { notice, job }
  }
  const versions = async () => (await client.devices.get({ id: device.id })).modules
  return { raw, own, start, versions }
}

/** Names and kinds of the members, in order: what a notice must share with the printed one whatever its values. */
const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([key, member]) => [key.trim(), key === 'extData' ? 'object' : shapeOf(member)])
    : typeof value

describe('what the documents print, pasted', () => {
  it('works for sagoo: docs/protocols/sagoo.md §4.1', async () => {
    const printed = printedMessages('001')
    const { raw, own, start, versions } = await prepare('sagoo', 'MCU', '2.0.0')
    await raw.publish(own(printed('inform').topic), printed('inform').text)
    expect(await versions()).toMatchObject([{ module: 'MCU', version: '1.0.1' }])
    await raw.subscribe(own(printed('upgrade').topic))
    const { notice, job } = await start()
    expect(notice.topic).toBe(own(printed('upgrade').topic))
    const { data, ...envelope } = JSON.parse(notice.text)
    const { md5, ...members } = data
    // `md5` beside the printed members is for older devices (docs/protocols/sagoo.md §4.5).
    expect(md5).toBe(members.sign)
    const asPrinted = JSON.parse(printed('upgrade').text)
    expect(shapeOf(members)).toEqual(shapeOf(asPrinted.data))
    expect(shapeOf(envelope)).toEqual(shapeOf({ code: asPrinted.code, id: asPrinted.id, message: asPrinted.message }))
    await raw.publish(own(printed('progress').topic), printed('progress').text)
    expect(await job()).toMatchObject({
      state: 'failed',
      errorCode: 'UPGRADE_FAILED',
      description: 'OTA升级失败，请求不到升级包信息。',
    })
  })

  it('works for thingspanel: docs/protocols/thingspanel.md §8.1', async () => {
    const printed = printedMessages('003')
    const { raw, own, start, versions } = await prepare('thingspanel', 'MCU', 'v1.1')
    await raw.publish(own(printed('inform').topic), printed('inform').text)
    expect(await versions()).toMatchObject([{ module: 'default', version: 'v1.0.1' }])
    await raw.subscribe(own(printed('upgrade').topic))
    const { notice, job } = await start()
    expect(notice.topic).toBe(own(printed('upgrade').topic))
    expect(shapeOf(JSON.parse(notice.text))).toEqual(shapeOf(JSON.parse(printed('upgrade').text)))
    await raw.publish(own(printed('progress').topic), printed('progress').text)
    expect(await job()).toMatchObject({ state: 'installing', progress: 100, description: '升级进度100%' })
  })

  it('works for iot-engine: docs/protocols/iot-engine.md §5', async () => {
    const printed = printedMessages('004')
    const { raw, own, start } = await prepare('iot-engine', 'default', '2.0.0')
    await raw.subscribe(own(printed('upgrade').topic), own(printed('get_reply').topic))
    const { notice } = await start()
    expect(notice.topic).toBe(own(printed('upgrade').topic))
    const read = (text: string): unknown => JSON.parse(text.replace(/\/\/.*$/gm, ''))
    expect(shapeOf(JSON.parse(notice.text))).toEqual(shapeOf(read(printed('upgrade').text)))
    // The document prints no question, only the two answers.
    const ask = async (version: string) => {
      const get = own(printed('get_reply').topic).replace('_reply', '')
      await raw.publish(get, `{"msgId ":"123","version":"1.0","data ":{"firmwareVersion":"${version}"}}`)
      return (await raw.next()).text
    }
    expect(shapeOf(JSON.parse(await ask('2.0.0')))).toEqual(shapeOf(read(printed('get_reply').text)))
    const missing = printed('get_reply without firmware').text.replace('{{firmwareVersion}}', '9')
    expect(await ask('9')).toBe(JSON.stringify(read(missing.replace('"msgId "', '"msgId"'))))
  })
})
