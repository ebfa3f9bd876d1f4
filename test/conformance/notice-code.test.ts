import { describe, expect, it } from 'vitest'
import { connectDevice } from '../helpers/device.ts'
import { connectLinkSdk } from '../helpers/linksdk.ts'
import { startTestStation } from '../helpers/station.ts'

/** A campaign for two devices of one product, one of which logs in as Alibaba's SDKs do. */
const prepare = async () => {
  const station = await startTestStation()
  const { client, mqttUrl } = station
  const product = await client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
  const secretOf = async (name: string) => (await client.devices.create({ productId: product.id, name })).secret
  const [signed, plain] = [await secretOf('signed'), await secretOf('plain')]
  const pack = await station.addPackage({ productId: product.id, name: 'package', version: '2.0.0' })
  return {
    signed: await connectLinkSdk({ mqttUrl, productKey: 'pk', name: 'signed', secret: signed }),
    plain: await connectDevice({ mqttUrl, productKey: 'pk', name: 'plain', secret: plain }),
    campaign: () => client.campaigns.create({ packageId: pack.id, name: 'campaign' }),
  }
}

describe('the code of a SagooIOT notice', () => {
  it('is Alibaba’s for a device that logged in by its signed form, and the document’s for another', async () => {
    const { signed, plain, campaign } = await prepare()
    await signed.publish('/ota/device/inform/pk/signed', '{"id":"1","params":{"version":"1.0.0"}}')
    await plain.inform('1.0.0')
    await plain.listen()
    await campaign()
    expect((await signed.notice()).code).toBe('1000')
    expect((await plain.notice()).code).toBe('200')
  })

  it('is the same where a device asks on the topic of its notices, and stays a number in the reply to `get`', async () => {
    const { signed, campaign } = await prepare()
    await signed.publish('/ota/device/inform/pk/signed', '{"id":"1","params":{"version":"1.0.0"}}')
    await campaign()
    await signed.notice()
    await signed.publish('/ota/device/request/pk/signed', '{"id":0,"params":{"version":"1.0.0"}}')
    expect(JSON.parse(String(await signed.next('/ota/device/request/pk/signed')))).toMatchObject({ code: '1000' })
    const get = '/sys/pk/signed/thing/ota/firmware/get'
    await signed.publish(get, '{"id":2, "params":{}}')
    expect(JSON.parse(String(await signed.next(`${get}_reply`)))).toMatchObject({ code: 200 })
  })
})
