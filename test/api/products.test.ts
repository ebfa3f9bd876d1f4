import { describe, expect, it } from 'vitest'
import { startTestStation } from '../helpers/station.ts'

describe('products over REST', () => {
  it('are made with what is left out filled in, read, changed and deleted', async () => {
    const { rest } = await startTestStation()
    const made = await rest('POST', '/products', { name: '网关', protocol: 'sagoo' })
    expect(made).toMatchObject({
      status: 200,
      body: { name: '网关', protocol: 'sagoo', autoRegister: false, successCriterion: 'version' },
    })
    expect(made.body.key).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(made.body.secret).toMatch(/^\S{16,}$/)
    expect(made.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

    const path = `/products/${made.body.id}`
    expect((await rest('GET', path)).body).toEqual(made.body)
    expect(await rest('PATCH', path, { name: 'Gateway', autoRegister: true })).toMatchObject({
      status: 200,
      body: { id: made.body.id, name: 'Gateway', autoRegister: true, key: made.body.key, secret: made.body.secret },
    })
    expect((await rest('GET', '/products')).body).toMatchObject({ items: [{ name: 'Gateway' }], nextCursor: null })
    expect(await rest('DELETE', path)).toMatchObject({ status: 200 })
    expect(await rest('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', status: 404 } })
  })

  it('take the key, secret and criterion given', async () => {
    const { rest } = await startTestStation()
    const given = { name: 'P', key: 'a_B-9', secret: 'top!secret', autoRegister: true, successCriterion: 'progress' }
    expect(await rest('POST', '/products', { ...given, protocol: 'sagoo' })).toMatchObject({ status: 200, body: given })
  })

  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(65) }],
    ['name', { name: 'two\nlines' }],
    ['name', { name: 7 }],
    ['protocol', { name: 'P', protocol: 'modbus' }],
    ['key', { name: 'P', key: 'a/b' }],
    ['key', { name: 'P', key: 'k'.repeat(65) }],
    ['key', { name: 'P', key: '' }],
    ['secret', { name: 'P', secret: 'with blank' }],
    ['autoRegister', { name: 'P', autoRegister: 'perhaps' }],
    ['successCriterion', { name: 'P', successCriterion: 'luck' }],
    ['retry', { name: 'P', retry: { times: 3 } }],
  ])('with a wrong %s are refused by the name of the field (%j)', async (field, body) => {
    const { rest } = await startTestStation()
    expect(await rest('POST', '/products', { protocol: 'sagoo', ...body })).toMatchObject({
      status: 400,
      body: { code: 'BAD_REQUEST', status: 400, data: { field } },
    })
    expect((await rest('GET', '/products')).body.items).toEqual([])
  })

  it('have a name and a key of their own', async () => {
    const { rest } = await startTestStation()
    await rest('POST', '/products', { name: 'A', key: 'a', protocol: 'sagoo' })
    const other = await rest('POST', '/products', { name: 'B', key: 'b', protocol: 'sagoo' })
    for (const [field, body] of [
      ['name', { name: 'A' }],
      ['key', { name: 'C', key: 'a' }],
    ] as const)
      expect(await rest('POST', '/products', { protocol: 'sagoo', ...body })).toMatchObject({
        status: 409,
        body: { code: 'ALREADY_EXISTS', data: { field } },
      })
    expect(await rest('PATCH', `/products/${other.body.id}`, { name: 'A' })).toMatchObject({ status: 409 })
    expect(await rest('PATCH', `/products/${other.body.id}`, { name: 'B' })).toMatchObject({ status: 200 })
    expect(await rest('PATCH', `/products/${other.body.id}`, { key: 'c' })).toMatchObject({
      status: 400,
      body: { data: { field: 'key' } },
    })
  })

  it('with devices or packages are deleted only by force, and then with everything', async () => {
    const station = await startTestStation()
    const { rest } = station
    const product = await station.client.products.create({ name: 'P', protocol: 'sagoo' })
    const device = await station.client.devices.create({ productId: product.id, name: 'd' })
    const pack = await station.addPackage({ productId: product.id, name: 'p', version: '1' })
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'c' })
    const path = `/products/${product.id}`
    const refused = { status: 409, body: { code: 'STILL_IN_USE', data: { devices: 1, packages: 1, campaigns: 1 } } }
    expect(await rest('DELETE', path)).toMatchObject(refused)
    expect(await rest('DELETE', `${path}?force=false`)).toMatchObject(refused)
    expect(await rest('DELETE', `${path}?force=perhaps`)).toMatchObject({
      status: 400,
      body: { data: { field: 'force' } },
    })
    expect(await rest('DELETE', `${path}?force=true`)).toMatchObject({ status: 200 })
    for (const gone of [path, `/devices/${device.id}`, `/packages/${pack.id}`, `/campaigns/${campaign.id}`])
      expect(await rest('GET', gone), gone).toMatchObject({ status: 404 })
  })

  it('have a module default and any others, each once', async () => {
    const { rest } = await startTestStation()
    const { body: product } = await rest('POST', '/products', { name: 'P', protocol: 'sagoo' })
    const path = `/products/${product.id}/modules`
    expect((await rest('GET', path)).body).toMatchObject({ items: [{ name: 'default' }], nextCursor: null })
    const full = { name: 'MCU', alias: '主控', description: 'd', kind: 'SOTA', vendor: 'v', model: 'm' }
    expect(await rest('POST', path, full)).toMatchObject({ status: 200, body: { ...full, productId: product.id } })
    expect(await rest('POST', path, { name: 'wifi' })).toMatchObject({ body: { kind: 'FOTA', alias: null } })
    expect(await rest('POST', path, { name: 'MCU' })).toMatchObject({ status: 409, body: { data: { field: 'name' } } })
    for (const [field, body] of [
      ['name', { name: '模块' }],
      ['kind', { name: 'x', kind: 'HOTA' }],
      ['size', { name: 'x', size: 1 }],
    ] as const)
      expect(await rest('POST', path, body)).toMatchObject({ status: 400, body: { data: { field } } })
    expect((await rest('GET', path)).body.items).toMatchObject([{ devices: 0 }, { devices: 0 }, { devices: 0 }])
    expect(await rest('POST', '/products/99/modules', { name: 'x' })).toMatchObject({ status: 404 })
    expect(await rest('GET', '/products/99/modules')).toMatchObject({ status: 404 })
  })
})
