import { describe, expect, it } from 'vitest'
import { connectDevice } from '../helpers/device.ts'
import { formOf } from '../helpers/http.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'

const withProduct = async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
  return { ...station, product }
}
const names = async ({ rest }: TestStation, query = '') =>
  ((await rest('GET', `/devices${query}`)).body.items as { name: string }[]).map(({ name }) => name)

describe('devices over REST', () => {
  it('are registered with credentials made or given, read and deleted', async () => {
    const { rest, product } = await withProduct()
    const made = await rest('POST', '/devices', { productId: product.id, name: 'gw-1:a@b.c_d' })
    expect(made).toMatchObject({
      status: 200,
      body: { productId: product.id, name: 'gw-1:a@b.c_d', online: false, lastSeenAt: null, modules: [] },
    })
    expect(made.body.secret).toMatch(/^\S{16,}$/)
    const given = { productId: product.id, name: 'd2', secret: 's3cret', accessToken: 'tok' }
    expect(await rest('POST', '/devices', given)).toMatchObject({ status: 200, body: given })
    expect((await rest('GET', `/devices/${made.body.id}`)).body).toEqual(made.body)
    expect(await rest('DELETE', `/devices/${made.body.id}`)).toMatchObject({ status: 200 })
    expect(await rest('GET', `/devices/${made.body.id}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await rest('DELETE', `/devices/${made.body.id}`)).toMatchObject({ status: 404 })
  })

  it.each([
    ['productId', { name: 'd' }],
    ['name', { productId: 1 }],
    ['name', { productId: 1, name: '设备' }],
    ['name', { productId: 1, name: 'a/b' }],
    ['name', { productId: 1, name: 'a&b' }],
    ['name', { productId: 1, name: '#' }],
    ['name', { productId: 1, name: 'd'.repeat(65) }],
    ['secret', { productId: 1, name: 'd', secret: '' }],
    ['accessToken', { productId: 1, name: 'd', accessToken: 'a b' }],
    ['online', { productId: 1, name: 'd', online: true }],
  ])('with a wrong %s are refused by the name of the field (%j)', async (field, body) => {
    const { rest } = await withProduct()
    expect(await rest('POST', '/devices', body)).toMatchObject({ status: 400, body: { data: { field } } })
  })

  it('have a name of their own within the product, and an access token of their own', async () => {
    const { rest, client, product } = await withProduct()
    const second = await client.products.create({ name: 'Q', protocol: 'sagoo' })
    await rest('POST', '/devices', { productId: product.id, name: 'd', accessToken: 'tok' })
    expect(await rest('POST', '/devices', { productId: second.id, name: 'd' })).toMatchObject({ status: 200 })
    expect(await rest('POST', '/devices', { productId: product.id, name: 'd' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', data: { field: 'name', value: 'd' } },
    })
    expect(await rest('POST', '/devices', { productId: second.id, name: 'e', accessToken: 'tok' })).toMatchObject({
      status: 409,
      body: { data: { field: 'accessToken' } },
    })
    expect(await rest('POST', '/devices', { productId: 99, name: 'd' })).toMatchObject({ status: 404 })
  })

  it('are found by product, part of the name, module, version and presence', async () => {
    const station = await withProduct()
    const { product, client } = station
    const other = await client.products.create({ name: 'Q', protocol: 'sagoo' })
    for (const name of ['a_1', 'a%2', 'b'])
      await client.devices.create({ productId: product.id, name: name.replace('%', '.') })
    await client.devices.create({ productId: other.id, name: 'a.9' })
    const row = (await client.devices.list({ q: 'a_1' })).items[0]
    const device = await connectDevice({
      mqttUrl: station.mqttUrl,
      productKey: 'pk',
      name: 'a_1',
      secret: row?.secret ?? '',
    })
    await device.inform('1.0.0')
    await device.inform('7', 'MCU')

    expect(await names(station)).toEqual(['a_1', 'a.2', 'b', 'a.9'])
    expect(await names(station, `?productId=${product.id}`)).toEqual(['a_1', 'a.2', 'b'])
    expect(await names(station, '?q=a.')).toEqual(['a.2', 'a.9'])
    // A wildcard of the database is a letter like any other.
    expect(await names(station, '?q=a_')).toEqual(['a_1'])
    expect(await names(station, '?online=true')).toEqual(['a_1'])
    expect(await names(station, `?online=false&productId=${product.id}`)).toEqual(['a.2', 'b'])
    expect(await names(station, '?module=MCU')).toEqual(['a_1'])
    expect(await names(station, '?module=MCU&version=1.0.0')).toEqual([])
    expect(await names(station, '?version=1.0.0')).toEqual(['a_1'])
    expect(await names(station, '?productId=&module=&q=')).toHaveLength(4)

    const shown = (await station.rest('GET', `/devices/${row?.id}`)).body
    expect(shown).toMatchObject({
      online: true,
      modules: [
        { module: 'MCU', version: '7' },
        { module: 'default', version: '1.0.0' },
      ],
    })
    expect(shown.lastSeenAt).toMatch(/Z$/)
    const distribution = `/products/${product.id}/version-distribution`
    expect((await station.rest('GET', distribution)).body).toEqual({
      items: [
        { version: null, devices: 2, online: 0 },
        { version: '1.0.0', devices: 1, online: 1 },
      ],
    })
    expect((await station.rest('GET', `${distribution}?module=MCU`)).body.items).toContainEqual({
      version: '7',
      devices: 1,
      online: 1,
    })
  })

  it('get and lose tags by the hundred in one call, all or none', async () => {
    const { rest } = await startTestStation()
    const product = (await rest('POST', '/products', { name: 'P', protocol: 'sagoo' })).body
    const csv = Array.from({ length: 700 }, (_, n) => `d${n}`).join('\n')
    await rest('POST', '/devices/import', { productId: product.id, csv })
    const deviceIds = ((await rest('GET', '/devices?limit=1000')).body.items as { id: number }[]).map(({ id }) => id)
    const change = (body: object) => rest('POST', '/devices/tags', body)
    expect(await change({ deviceIds, add: ['hall 1', 'acme'] })).toMatchObject({ status: 200, body: { changed: 700 } })
    expect(
      (await change({ deviceIds: deviceIds.slice(0, 400), add: ['hall 1', 'hall 2'], remove: ['acme', 'hall 1'] }))
        .body,
    ).toEqual({ changed: 400 })
    expect((await rest('GET', '/devices/tags')).body.items).toEqual([
      { tag: 'hall 1', devices: 700 },
      { tag: 'hall 2', devices: 400 },
      { tag: 'acme', devices: 300 },
    ])
    expect((await change({ deviceIds, remove: ['nobody'] })).body).toEqual({ changed: 0 })
    expect(await change({ deviceIds: [...deviceIds, 9999], add: ['x'] })).toMatchObject({
      status: 404,
      body: { data: { id: 9999 } },
    })
    const many = Array.from({ length: 19 }, (_, n) => `t${n}`)
    const full = await change({ deviceIds, add: many })
    expect(full).toMatchObject({ status: 422, body: { data: { field: 'add' } } })
    expect(full.body.message).toContain('at most 20 tags')
    expect((await rest('GET', '/devices/tags')).body.items).toHaveLength(3)
    expect((await change({ deviceIds: [], add: ['x'] })).status).toBe(400)
  })

  it('are asked for by an id in decimal digits, and by nothing that only passes for one', async () => {
    const { rest } = await startTestStation()
    const product = (await rest('POST', '/products', { name: 'P', protocol: 'sagoo' })).body
    await rest('POST', '/devices', { productId: product.id, name: 'd1' })
    expect((await rest('GET', '/devices/1')).status).toBe(200)
    for (const id of ['0x1', '1e0', '01', 'true', '1.0', '-1', '0'])
      expect(await rest('GET', `/devices/${id}`), id).toMatchObject({ status: 400, body: { data: { field: 'id' } } })
    expect(await rest('POST', '/devices', { productId: true, name: 'd2' })).toMatchObject({
      status: 400,
      body: { data: { field: 'productId' } },
    })
  })

  it('are imported from CSV: inside JSON, as a plain body, and as a file of a form', async () => {
    const station = await withProduct()
    const { rest, product } = station
    const productId = product.id
    expect(
      await rest('POST', '/devices/import', { productId, csv: '\ufeffname;secret\r\na;s1\r\nb;\r\n' }),
    ).toMatchObject({
      status: 200,
      body: { created: 2, existing: 0 },
    })
    const plain = { 'Content-Type': 'text/csv' }
    expect(await rest('POST', `/devices/import?productId=${productId}`, 'b\nc\n', plain)).toMatchObject({
      status: 200,
      body: { created: 1, existing: 1 },
    })
    const form = formOf([['list.csv', 'name,accessToken\nd,tok-d\n']], { productId })
    expect(await rest('POST', '/devices/import', form)).toMatchObject({
      status: 200,
      body: { created: 1, existing: 0 },
    })
    expect(await names(station)).toEqual(['a', 'b', 'c', 'd'])
    expect((await rest('GET', '/devices?q=a')).body.items).toMatchObject([{ secret: 's1' }])
    expect((await rest('GET', '/devices?q=d')).body.items).toMatchObject([{ accessToken: 'tok-d' }])
  })

  it('are imported all or not at all, and a wrong row is named by its line', async () => {
    const station = await withProduct()
    const { rest, product } = station
    const productId = product.id
    await rest('POST', '/devices', { productId, name: 'known', secret: 'mine', accessToken: 'taken' })
    const refused = await rest('POST', '/devices/import', { productId, csv: 'name,secret\nok,s\n坏,s\nok,s' })
    expect(refused).toMatchObject({ status: 422, body: { code: 'IMPORT_ROWS' } })
    expect(refused.body.message).toContain(
      'line 3: name "坏" must be 1-64 letters, digits or - _ . : @; line 4: name "ok" is already on line 2',
    )
    // Another secret than the device has: the list must not read as taken.
    expect(await rest('POST', '/devices/import', { productId, csv: 'new,s\nknown,other' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', data: { value: 'known' } },
    })
    expect(await rest('POST', '/devices/import', { productId, csv: 'new,s,taken' })).toMatchObject({
      status: 409,
      body: { data: { field: 'accessToken', value: 'taken' } },
    })
    expect(await rest('POST', '/devices/import', { productId: 99, csv: 'new' })).toMatchObject({ status: 404 })
    expect(await rest('POST', '/devices/import', { csv: 'new' })).toMatchObject({
      status: 400,
      body: { data: { field: 'productId' } },
    })
    expect(await rest('POST', '/devices/import', formOf([], { productId }))).toMatchObject({
      status: 422,
      body: { code: 'FILE_MISSING' },
    })
    expect(await names(station)).toEqual(['known'])
    expect(await rest('POST', '/devices/import', { productId, csv: 'known,mine\nnew' })).toMatchObject({
      body: { created: 1, existing: 1 },
    })
  })
})
