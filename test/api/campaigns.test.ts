import { describe, expect, it } from 'vitest'
import type { Job } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'

const none = {
  pending: 0,
  notified: 0,
  downloading: 0,
  installing: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
}

/** A product with devices d1 … and a package 2.0.0. */
const prepare = async ({ devices = 3, verify = false } = {}) => {
  const station = await startTestStation()
  const { client, rest } = station
  const product = await client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
  const ids: number[] = []
  for (let n = 1; n <= devices; n++)
    ids.push((await client.devices.create({ productId: product.id, name: `d${n}` })).id)
  const pack = await station.addPackage({ productId: product.id, name: 'p', version: '2.0.0', verify })
  const create = (more: object = {}) => rest('POST', '/campaigns', { packageId: pack.id, name: 'c', ...more })
  const connect = async (n: number) => {
    const { secret } = await client.devices.get({ id: ids[n - 1] ?? 0 })
    const device = await connectDevice({ mqttUrl: station.mqttUrl, productKey: 'pk', name: `d${n}`, secret })
    await device.listen()
    return device
  }
  const jobs = async (campaignId: unknown, query = '') =>
    (await rest('GET', `/campaigns/${campaignId}/jobs${query}`)).body.items as Job[]
  return { ...station, product, pack, ids, create, connect, jobs }
}

describe('campaigns over REST', () => {
  it('are created as operator-api writes them, all fields given, and read back', async () => {
    const { rest, create, pack, product, ids } = await prepare()
    const given = {
      name: '批次 1',
      kind: 'upgrade',
      scope: 'devices',
      deviceIds: ids.slice(0, 2),
      fromVersions: [],
      mode: 'full',
      strategy: 'static',
      protocol: 'http',
      push: true,
      tags: { 'line.1': 'A' },
    }
    const { deviceIds: _, ...kept } = given
    const made = await create(given)
    expect(made).toMatchObject({
      status: 200,
      body: {
        ...kept,
        packageId: pack.id,
        packageName: 'p',
        productId: product.id,
        productName: 'P',
        module: 'default',
        toVersion: '2.0.0',
        status: 'running',
        counts: { ...none, pending: 2 },
        finishedAt: null,
      },
    })
    expect((await rest('GET', `/campaigns/${made.body.id}`)).body).toEqual(made.body)
  })

  it.each([
    [400, 'name', { name: '' }],
    [400, 'packageId', { packageId: 'p' }],
    [400, 'kind', { kind: 'downgrade' }],
    [400, 'scope', { scope: 'some' }],
    [400, 'mode', { mode: 'partial' }],
    [400, 'strategy', { strategy: 'magic' }],
    [400, 'protocol', { protocol: 'ftp' }],
    [400, 'push', { push: 'yes' }],
    [400, 'fromVersions.1', { fromVersions: ['1', ''] }],
    [400, 'tags.键', { tags: { 键: 'v' } }],
    [400, 'tags.k', { tags: { k: 7 } }],
    [400, 'retries', { retries: 3 }],
    [400, 'startat', { startat: '2026-01-01T00:00:00Z' }],
    [422, 'deviceIds', { scope: 'devices' }],
    [422, 'deviceIds', { scope: 'devices', deviceIds: [] }],
    [422, 'scope', { deviceIds: [1] }],
    [422, 'scope', { kind: 'verify' }],
  ])(
    'with a field that is not allowed are refused: %i %s (%j), and nothing is started',
    async (status, field, more) => {
      const { rest, create } = await prepare()
      const refused = await create(more)
      expect(refused).toMatchObject({ status, body: { data: { field } } })
      expect((await rest('GET', '/campaigns')).body.items).toEqual([])
    },
  )

  it('need a package, its own devices, and somebody to reach', async () => {
    const { rest, client, create, product, addPackage } = await prepare({ devices: 0 })
    const other = await client.products.create({ name: 'Q', protocol: 'sagoo' })
    const stranger = await client.devices.create({ productId: other.id, name: 'x' })
    expect(await create({ packageId: 99 })).toMatchObject({ status: 404, body: { data: { what: 'package', id: 99 } } })
    for (const [id, code] of [
      [stranger.id, 'OTHER_PRODUCT'],
      [99, 'NOT_FOUND'],
    ])
      expect(await create({ scope: 'devices', deviceIds: [id] })).toMatchObject({
        status: 404,
        body: { code, data: { what: 'device', id } },
      })
    expect(await create()).toMatchObject({ status: 422, body: { code: 'NO_DEVICE_MATCHES' } })
    const unverified = await addPackage({ productId: product.id, name: 'u', version: '3', verify: true })
    expect(await create({ packageId: unverified.id })).toMatchObject({ status: 409, body: { code: 'NOT_VERIFIED' } })
    expect((await rest('GET', '/campaigns')).body.items).toEqual([])
  })

  it('say before they start whom they would reach', async () => {
    const { rest, connect, pack, ids } = await prepare()
    await (await connect(1)).inform('2.0.0')
    await (await connect(2)).inform('1.0.0')
    const preview = (more: object) => rest('POST', '/campaigns/preview', { packageId: pack.id, ...more })
    expect(await preview({})).toMatchObject({
      status: 200,
      body: { matching: 2, online: 1, alreadyOnTarget: 1, otherJobOpen: 0, versionNotSelected: 0 },
    })
    expect(await preview({ fromVersions: ['1.0.0'] })).toMatchObject({ body: { matching: 1, versionNotSelected: 1 } })
    expect(await preview({ scope: 'devices', deviceIds: [ids[2]] })).toMatchObject({ body: { matching: 1, online: 0 } })
    expect(await preview({ name: 'c' })).toMatchObject({ status: 400, body: { data: { field: 'name' } } })
    expect((await rest('GET', '/campaigns')).body.items).toEqual([])
  })

  it('pause, resume and cancel, and refuse what their state does not allow', async () => {
    const { rest, create, jobs } = await prepare()
    const { body: campaign } = await create()
    const act = (action: string) => rest('POST', `/campaigns/${campaign.id}/${action}`)
    expect(await act('resume')).toMatchObject({
      status: 409,
      body: { code: 'ILLEGAL_MOVE', data: { from: 'running' } },
    })
    expect(await act('pause')).toMatchObject({ status: 200, body: { status: 'paused' } })
    expect(await act('pause')).toMatchObject({ status: 409 })
    expect(await act('resume')).toMatchObject({ status: 200, body: { status: 'running' } })
    const cancelled = await act('cancel')
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', counts: { ...none, cancelled: 3 } } })
    expect(cancelled.body.finishedAt).toMatch(/Z$/)
    for (const action of ['cancel', 'pause', 'resume', 'retry-failed'])
      expect(await act(action), action).toMatchObject({ status: 409, body: { code: 'ILLEGAL_MOVE' } })
    expect((await jobs(campaign.id)).map((job) => job.state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    for (const action of ['pause', 'resume', 'cancel', 'retry-failed'])
      expect(await rest('POST', `/campaigns/99/${action}`), action).toMatchObject({ status: 404 })
  })

  it('show their jobs by state and name, and each with its history', async () => {
    const { rest, create, connect, jobs } = await prepare()
    const device = await connect(1)
    await device.inform('1.0.0')
    const { body: campaign } = await create()
    await device.notice()
    await device.progress(-2, '存储空间不足')
    const failed = await jobs(campaign.id, '?state=failed')
    expect(failed).toMatchObject([
      {
        campaignId: campaign.id,
        deviceName: 'd1',
        module: 'default',
        fromVersion: '1.0.0',
        toVersion: '2.0.0',
        artifact: 'full',
        artifactSize: 4096,
        state: 'failed',
        errorCode: 'DOWNLOAD_FAILED',
        description: '存储空间不足',
        attempt: 1,
        online: true,
      },
    ])
    expect((await jobs(campaign.id, '?q=d2')).map((job) => job.deviceName)).toEqual(['d2'])
    expect(await jobs(campaign.id, '?state=succeeded')).toEqual([])
    expect(await rest('GET', `/campaigns/${campaign.id}/jobs?state=lost`)).toMatchObject({ status: 400 })
    const one = await rest('GET', `/jobs/${failed[0]?.id}`)
    expect(one).toMatchObject({ status: 200, body: failed[0] ?? {} })
    expect((one.body.events as { what: string; state: string }[]).at(-1)).toMatchObject({
      what: 'failed',
      state: 'failed',
    })
    expect((await rest('GET', `/devices/${failed[0]?.deviceId}/jobs`)).body.items).toMatchObject([
      { id: failed[0]?.id },
    ])
    for (const path of ['/campaigns/99', '/campaigns/99/jobs', '/jobs/99', '/devices/99/jobs'])
      expect(await rest('GET', path), path).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it('retry one failed job or all, and cancel one', async () => {
    const { rest, create, connect, jobs } = await prepare()
    const devices = [await connect(1), await connect(2)]
    const { body: campaign } = await create()
    const path = `/campaigns/${campaign.id}`
    for (const device of devices) await device.progress(-4)
    const [first, second, third] = await jobs(campaign.id)
    expect(await rest('POST', `/jobs/${first?.id}/retry`)).toMatchObject({
      status: 200,
      body: { attempt: 2, errorCode: null, progress: 0, finishedAt: null },
    })
    expect(await rest('POST', `/jobs/${third?.id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'ILLEGAL_MOVE', data: { from: 'pending' } },
    })
    expect(await rest('POST', `/jobs/${third?.id}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } })
    expect(await rest('POST', `/jobs/${third?.id}/cancel`)).toMatchObject({ status: 409 })
    expect(await rest('POST', `${path}/retry-failed`)).toMatchObject({ status: 200, body: { retried: 1 } })
    expect(await rest('POST', `${path}/retry-failed`)).toMatchObject({ body: { retried: 0 } })
    expect((await jobs(campaign.id)).find((job) => job.id === second?.id)).toMatchObject({ attempt: 2 })
    expect((await rest('GET', path)).body.counts).toMatchObject({ failed: 0, cancelled: 1 })
    for (const action of ['retry', 'cancel'])
      expect(await rest('POST', `/jobs/99/${action}`)).toMatchObject({ status: 404 })
  })

  it('that verify leave the package as it was when they are cancelled', async () => {
    const { rest, create, pack, ids } = await prepare({ verify: true })
    const { body: campaign } = await create({ kind: 'verify', scope: 'devices', deviceIds: [ids[0]] })
    const verification = async () => (await rest('GET', `/packages/${pack.id}`)).body.verification
    expect(await verification()).toBe('verifying')
    await rest('POST', `/campaigns/${campaign.id}/cancel`)
    expect(await verification()).toBe('unverified')
  })

  it('that verify prove the package by one success, whichever of them ends first', async () => {
    const { rest, create, connect, pack, ids } = await prepare({ verify: true })
    const [first, second] = [await connect(1), await connect(2)]
    for (const id of ids.slice(0, 2)) await create({ kind: 'verify', scope: 'devices', deviceIds: [id] })
    const verification = async () => (await rest('GET', `/packages/${pack.id}`)).body.verification
    await first.notice()
    await first.progress(-4)
    expect(await verification()).toBe('verifying')
    await second.notice()
    await second.inform('2.0.0')
    expect(await verification()).toBe('verified')
    expect(await rest('POST', `/packages/${pack.id}/skip-verification`)).toMatchObject({ status: 409 })
  })

  it('are open no longer than the last of their devices is there', async () => {
    const { rest, create, ids } = await prepare({ devices: 2 })
    const { body: campaign } = await create()
    await Promise.all(ids.map((id) => rest('DELETE', `/devices/${id}`)))
    expect((await rest('GET', `/campaigns/${campaign.id}`)).body).toMatchObject({ status: 'finished', counts: none })
  })

  it('created while their devices are deleted are never left open', async () => {
    const { rest, client, create, product } = await prepare({ devices: 0 })
    for (let round = 0; round < 20; round++) {
      const { id } = await client.devices.create({ productId: product.id, name: `r${round}` })
      const [made] = await Promise.all([create({ name: `c${round}` }), rest('DELETE', `/devices/${id}`)])
      if (made.status === 200) expect((await rest('GET', `/campaigns/${made.body.id}`)).body.status).toBe('finished')
      else expect(made.body.code).toBe('NO_DEVICE_MATCHES')
    }
  })
})
