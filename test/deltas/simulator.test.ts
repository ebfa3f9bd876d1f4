import { expect, it } from 'vitest'
import type { Protocol } from '#shared/protocols/index.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { imageOf } from './fixture.ts'

it.each(['sagoo', 'thingspanel', 'iot-engine', 'onenet'] as const)(
  'virtual devices of %s restore the patch, and prove the version it leads to',
  async (protocol: Protocol) => {
    const station = await startTestStation()
    const { client } = station
    const product = await client.products.create({ name: 'P', key: 'pk', protocol })
    await station.addPackage({ productId: product.id, name: 'v1', version: '1.0.0', bytes: imageOf(1) })
    const pack = await station.addPackage({ productId: product.id, name: 'v2', version: '2.0.0', bytes: imageOf(5) })
    const { id } = await client.diffs.create({ id: pack.id, fromVersion: '1.0.0' })
    const diff = await until(
      () => client.diffs.get({ id }),
      ({ status }) => status === 'ready',
    )
    await client.simulator.start({ productId: product.id, count: 5, version: '1.0.0', rebootMs: 1, askSeconds: 0.2 })
    await until(
      () => client.products.versions({ id: product.id }),
      ({ items }) => items.some(({ version, devices }) => version === '1.0.0' && devices === 5),
    )
    const campaign = await client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'auto' })
    const done = await until(
      () => client.campaigns.get({ id: campaign.id }),
      ({ status }) => status === 'finished',
    )
    expect(done).toMatchObject({ counts: { succeeded: 5 }, bytesSaved: 5 * (pack.size - (diff.size ?? 0)) })
    expect(done.bytesServed).toBeLessThan(pack.size)
  },
)
