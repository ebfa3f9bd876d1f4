import { describe, expect, it } from 'vitest'
import { startTestStation } from '../helpers/station.ts'

/** Seven of everything that is listed. */
const filled = async () => {
  const station = await startTestStation()
  const { client } = station
  const product = await client.products.create({ name: 'P', protocol: 'sagoo' })
  const device = await client.devices.create({ productId: product.id, name: 'd0' })
  const packages: number[] = []
  for (let n = 1; n <= 6; n++) {
    await client.products.create({ name: `P${n}`, protocol: 'sagoo' })
    await client.devices.create({ productId: product.id, name: `d${n}` })
  }
  for (let n = 0; n <= 6; n++)
    packages.push((await station.addPackage({ productId: product.id, name: `p${n}`, version: `${n}` })).id)
  const campaigns: number[] = []
  for (const packageId of packages) {
    const campaign = await client.campaigns.create({ packageId, name: `c${packageId}` })
    campaigns.push(campaign.id)
    await client.campaigns.cancel({ id: campaign.id })
  }
  return { ...station, device, campaigns, packages }
}

describe('lists over REST', () => {
  it('come in pages that have every row once, in a fixed order', async () => {
    const { rest, device, campaigns } = await filled()
    for (const path of [
      '/products',
      '/devices',
      '/packages',
      '/campaigns',
      `/campaigns/${campaigns[0]}/jobs`,
      `/devices/${device.id}/jobs`,
    ]) {
      const whole = (await rest('GET', path)).body
      expect(whole, path).toMatchObject({ items: { length: 7 }, nextCursor: null })
      const seen: unknown[] = []
      let cursor: unknown = ''
      for (let page = 0; cursor !== null; page++) {
        const { body } = await rest('GET', `${path}?limit=3&cursor=${cursor}`)
        expect((body.items as unknown[]).length, path).toBe(page < 2 ? 3 : 1)
        seen.push(...(body.items as unknown[]))
        cursor = body.nextCursor
      }
      expect(seen, path).toEqual(whole.items)
      expect((await rest('GET', `${path}?limit=7`)).body.nextCursor, path).toBeNull()
    }
  })

  it('refuse a limit or cursor that is none, naming it', async () => {
    const { rest, device, campaigns } = await filled()
    for (const path of [
      '/products',
      '/devices',
      '/packages',
      '/campaigns',
      `/campaigns/${campaigns[0]}/jobs`,
      `/devices/${device.id}/jobs`,
    ]) {
      for (const limit of ['0', '-1', '1001', '1.5', 'all', '0x10', '1e2', 'true', '%20'])
        expect(await rest('GET', `${path}?limit=${limit}`), `${path} ${limit}`).toMatchObject({
          status: 400,
          body: { code: 'BAD_REQUEST', data: { field: 'limit' } },
        })
      for (const cursor of ['x', '-1', '1e3', "1'--", '9'.repeat(30)])
        expect(await rest('GET', `${path}?cursor=${cursor}`), `${path} ${cursor}`).toMatchObject({
          status: 400,
          body: { code: 'BAD_REQUEST', data: { field: 'cursor' } },
        })
      expect(await rest('GET', `${path}?limit=1000`), path).toMatchObject({ status: 200 })
    }
  })

  it('refuse a filter that nobody knows: it must not read as "all"', async () => {
    const { rest, campaigns } = await filled()
    for (const [path, field] of [
      ['/devices?productID=1', 'productID'],
      ['/packages?product=1', 'product'],
      ['/campaigns?state=running', 'state'],
      [`/campaigns/${campaigns[0]}/jobs?status=failed`, 'status'],
      ['/products?offset=3', 'offset'],
    ])
      expect(await rest('GET', path ?? ''), path).toMatchObject({ status: 400, body: { data: { field } } })
  })

  it('filter campaigns by status, package and name, and packages by name or version', async () => {
    const { rest, packages } = await filled()
    const found = async (path: string) =>
      ((await rest('GET', path)).body.items as { name: string }[]).map((row) => row.name)
    expect(await found('/campaigns?status=cancelled')).toHaveLength(7)
    expect(await found('/campaigns?status=running')).toEqual([])
    expect(await found(`/campaigns?packageId=${packages[2]}`)).toEqual([`c${packages[2]}`])
    expect(await found(`/campaigns?q=c${packages[1]}`)).toEqual([`c${packages[1]}`])
    expect(await found('/packages?q=p3')).toEqual(['p3'])
    expect(await found('/packages?q=%25')).toEqual([])
    expect(await found('/packages?module=MCU')).toEqual([])
    expect(await rest('GET', '/campaigns?status=lost')).toMatchObject({
      status: 400,
      body: { data: { field: 'status' } },
    })
  })

  it('go on where they were when rows come and go between two pages', async () => {
    const { rest, client, device } = await filled()
    const first = (await rest('GET', '/devices?limit=3')).body
    await client.devices.remove({ id: device.id })
    const rest4 = (await rest('GET', `/devices?limit=9&cursor=${first.nextCursor}`)).body
    expect((rest4.items as { name: string }[]).map((row) => row.name)).toEqual(['d3', 'd4', 'd5', 'd6'])
  })
})
