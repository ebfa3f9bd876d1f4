import { describe, expect, it } from 'vitest'
import { startTestStation } from '../helpers/station.ts'
import { image } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

describe('several dialects at once', () => {
  it('share the ports of one station, and a device of each upgrades under the same name', async () => {
    const station = await startTestStation()
    const { client } = station
    const upgrades = await Promise.all(
      conformanceProtocols.map(async (protocol) => {
        const key = `key-${protocol.protocol}`
        const product = await client.products.create({
          name: protocol.protocol,
          key,
          protocol: protocol.protocol,
          secret: 'c2VjcmV0',
        })
        const row = await client.devices.create({ productId: product.id, name: 'dev1', secret: 'a2V5LW9mLWRldjE=' })
        const pack = await station.addPackage({
          productId: product.id,
          name: `${protocol.protocol} 2`,
          version: '2.0.0',
          bytes: image,
        })
        const device = protocol.device(station, { ...row, productKey: key, productSecret: product.secret })
        await device.connect()
        await device.report('1.0.0')
        await device.listen()
        return { device, pack, protocol }
      }),
    )
    const states = await Promise.all(
      upgrades.map(async ({ device, pack, protocol }) => {
        const { id } = await client.campaigns.create({ packageId: pack.id, name: protocol.protocol })
        const offer = await device.offered()
        await device.acknowledge()
        expect(await device.fetch(offer)).toEqual({ ok: true, bytes: image })
        await device.installed()
        await device.report('2.0.0')
        return (await client.campaigns.jobs({ id })).items.map(({ state }) => state)
      }),
    )
    expect(states).toEqual(conformanceProtocols.map(() => ['succeeded']))
  })

  it('keep to themselves: a device of one product is nobody in the form of another', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({ name: 'P', key: 'shared', protocol: 'iot-engine' })
    const row = await station.client.devices.create({ productId: product.id, name: 'dev1', accessToken: 'dev1token' })
    const credentials = { ...row, productKey: 'shared', productSecret: product.secret }
    for (const protocol of conformanceProtocols.filter((other) => !['iot-engine', 'sagoo'].includes(other.protocol)))
      await expect(protocol.device(station, credentials).connect()).rejects.toThrow()
    // The login of sagoo has the same form; its topics are another's.
    const sagoo = conformanceProtocols.find(({ protocol }) => protocol === 'sagoo')?.device(station, credentials)
    await sagoo?.connect()
    await expect(sagoo?.listen()).rejects.toThrow('refused')
  })
})
