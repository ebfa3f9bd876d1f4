import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Delta } from '#shared/schema.ts'
import { deltaCodecs } from '../../electron/platform/delta-engine/delta-formats.ts'
import { connectDevice } from '../helpers/device.ts'
import { formOf } from '../helpers/http.ts'
import { connectLinkSdk } from '../helpers/linksdk.ts'
import { CHECK, prepareOneNet, tokenOf } from '../helpers/onenet.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { imageOf } from './fixture.ts'

const before = imageOf(1)
const after = imageOf(5)
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

const ended = (station: TestStation, id: number): Promise<Delta> =>
  until(
    () => station.client.diffs.get({ id }),
    ({ status }) => status === 'ready' || status === 'failed',
  )

/** A station with two versions of a product of a protocol, and the delta from one to the other. */
const prepare = async (protocol: 'sagoo' | 'thingspanel' | 'iot-engine') => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'P', key: 'pk', protocol })
  const device = await station.client.devices.create({ productId: product.id, name: 'd1' })
  await station.addPackage({ productId: product.id, name: 'v1', version: '1.0', bytes: before })
  const pack = await station.addPackage({ productId: product.id, name: 'v2', version: '2.0', bytes: after })
  const diff = await ended(station, (await station.client.diffs.create({ id: pack.id, fromVersion: '1.0' })).id)
  return { station, product, device, pack, diff }
}

const restored = async (delta: Uint8Array): Promise<Buffer> =>
  Buffer.from((await deltaCodecs.bsdiff?.restore(before, delta, after.length)) ?? [])

it('a device of sagoo fetches the patch in two pieces, restores the package, and is proven by its version', async () => {
  const { station, device, pack, diff } = await prepare('sagoo')
  const { mqttUrl } = station
  const d1 = await connectDevice({ mqttUrl, productKey: 'pk', name: 'd1', secret: device.secret })
  await d1.listen()
  await d1.inform('1.0')
  const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'diff' })
  const { data } = await d1.notice()
  expect(data).toMatchObject({ isDiff: 1, size: diff.size, md5: diff.md5, extData: { _diff_format: 'bsdiff' } })
  expect(data.url).toMatch(/\/v?firmware-from-1\.0\.bsdiff$/)
  const first = await fetch(data.url, { headers: { Range: 'bytes=0-99' } })
  const rest = await fetch(data.url, { headers: { Range: 'bytes=100-' } })
  expect([first.status, rest.status]).toEqual([206, 206])
  const delta = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await rest.arrayBuffer())])
  expect(md5(delta)).toBe(data.sign)
  expect((await restored(delta)).equals(after)).toBe(true)
  await d1.progress(100)
  await d1.inform('2.0')
  const [job] = (await station.client.campaigns.jobs({ id: campaign.id })).items
  const { events } = await station.client.jobs.get({ id: job?.id ?? 0 })
  expect(events[1]).toMatchObject({ state: 'notified', what: 'notice', detail: diff.fileName })
  const saved = after.length - (diff.size ?? 0)
  expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
    status: 'finished',
    bytesSaved: saved,
  })
  const report = await station.rest('GET', `/campaigns/${campaign.id}/report?format=json`)
  expect(report.body).toMatchObject({ campaign: { bytesSaved: saved }, jobs: [{ artifact: 'diff', diffId: diff.id }] })
})

it('the address of a patch is good for that patch alone: after the full image took its place it is gone', async () => {
  const { station, device, pack } = await prepare('sagoo')
  const { mqttUrl } = station
  const d1 = await connectDevice({ mqttUrl, productKey: 'pk', name: 'd1', secret: device.secret })
  await d1.listen()
  await d1.inform('1.0')
  const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'auto' })
  const { data } = await d1.notice()
  await d1.progress(-4)
  const [job] = (await station.client.campaigns.jobs({ id })).items
  expect(job).toMatchObject({ state: 'failed', artifact: 'diff' })
  await station.client.jobs.retry({ id: job?.id ?? 0 })
  const second = (await d1.notice()).data
  expect(second).toMatchObject({ size: after.length, md5: md5(after) })
  expect((await fetch(data.url)).status).toBe(410)
  expect(Buffer.from(await (await fetch(second.url)).arrayBuffer()).equals(after)).toBe(true)
})

it('a device that asks is answered with its patch, and a campaign of patches verifies a package', async () => {
  const { station, product, device } = await prepare('sagoo')
  const pack = await station.addPackage({
    productId: product.id,
    name: 'v3',
    version: '3.0',
    bytes: imageOf(7),
    verify: true,
  })
  const diff = await ended(station, (await station.client.diffs.create({ id: pack.id, fromVersion: '1.0' })).id)
  const { mqttUrl } = station
  const d1 = await connectDevice({ mqttUrl, productKey: 'pk', name: 'd1', secret: device.secret })
  await d1.inform('1.0')
  const input = { packageId: pack.id, kind: 'verify', scope: 'devices' } as const
  await station.client.campaigns.create({ ...input, name: 'try', deviceIds: [device.id], mode: 'diff', push: false })
  expect(await d1.ask()).toMatchObject({ code: 200, data: { isDiff: 1, size: diff.size, version: '3.0' } })
  await d1.progress(100)
  await d1.inform('3.0')
  expect(await station.client.packages.get({ id: pack.id })).toMatchObject({ verification: 'verified' })
})

it('over MQTT the patch comes block by block', async () => {
  const { station, device, pack, diff } = await prepare('sagoo')
  const { mqttUrl } = station
  const d1 = await connectLinkSdk({ mqttUrl, productKey: 'pk', name: 'd1', secret: device.secret })
  await d1.publish('/ota/device/inform/pk/d1', '{"id":"1","params":{"version":"1.0"}}')
  await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'diff', protocol: 'mqtt' })
  const { data } = (await d1.notice()) as unknown as { data: Record<string, unknown> }
  expect(data).toMatchObject({ isDiff: 1, dProtocol: 'mqtt', size: diff.size })
  const { json, rest } = await d1.block(Number(data.streamId), 0, 10_240)
  expect(json.data).toMatchObject({ fileLength: diff.size })
  expect((await restored(rest.subarray(0, -2))).equals(after)).toBe(true)
})

it('OneNET answers type 2 with size and MD5 of the patch, serves it, and fails a check from another version with 9', async () => {
  const prepared = await prepareOneNet({ devices: ['32981907', 'other'] })
  const { station, productId, call } = prepared
  await station.addPackage({ productId, name: 'v4', version: '4.0', bytes: before })
  const pack = await station.addPackage({ productId, name: 'v5', version: '5.0', bytes: after })
  const report = (name: string) =>
    call({ method: 'POST', path: `/ota/device/version?dev_id=${name}`, body: '{"f_version":"4.0"}' })
  await report('32981907')
  await report('other')
  const { id } = await station.client.diffs.create({ id: pack.id, fromVersion: '4.0' })
  const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'diff' })
  const diff = await ended(station, id)
  const { errno, data } = (await call({ path: CHECK })).json()
  expect({ errno, data }).toMatchObject({ errno: 0, data: { target: '5.0', size: diff.size, md5: diff.md5, type: 2 } })
  const got = await call({ path: `/ota/south/download/${await tokenOf(prepared)}`, headers: { Range: '0-1000000' } })
  expect((await restored(got.body)).equals(after)).toBe(true)
  const elsewhere = CHECK.replace('32981907', 'other').replace('version=4.0', 'version=4.1')
  expect((await call({ path: elsewhere })).json()).toMatchObject({ errno: 9 })
  const { items } = await station.client.campaigns.jobs({ id: campaign.id })
  expect(items).toMatchObject([
    { state: 'downloading', artifact: 'diff' },
    { state: 'failed', errorCode: 'BASE_MISMATCH' },
  ])
})

it('over REST patches are made, uploaded, listed, fetched and deleted', async () => {
  const { station, pack, diff } = await prepare('sagoo')
  const list = await station.rest('GET', `/packages/${pack.id}/diffs`)
  expect(list.body).toMatchObject({ items: [{ id: diff.id, status: 'ready', format: 'bsdiff' }], nextCursor: null })
  const bytes = await fetch(`${station.ready.api}/diffs/${diff.id}/file`, {
    headers: { Authorization: `Bearer ${station.ready.token}` },
  })
  const delta = Buffer.from(await bytes.arrayBuffer())
  expect(createHash('sha256').update(delta).digest('hex')).toBe(diff.sha256)

  const uploaded = await station.rest(
    'POST',
    `/packages/${pack.id}/diffs/upload`,
    formOf([['mine.patch', delta]], { fromVersion: '1.0' }),
  )
  expect(uploaded).toMatchObject({
    status: 200,
    body: { source: 'uploaded', format: 'bsdiff', fileName: 'mine.patch' },
  })
  expect(await ended(station, Number(uploaded.body.id))).toMatchObject({ status: 'ready', checked: true })
  expect((await station.rest('DELETE', `/diffs/${uploaded.body.id}`)).body).toEqual({ ok: true })
  expect(await station.rest('GET', `/diffs/${uploaded.body.id}`)).toMatchObject({ status: 404 })
  expect(await station.rest('POST', `/packages/${pack.id}/diffs`, { fromVersion: '0.5' })).toMatchObject({
    status: 422,
    body: { code: 'DIFF_NO_BASE', data: { version: '0.5' } },
  })
  const image = await fetch(`${station.ready.api}/uploads?purpose=base`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': encodeURIComponent('出厂固件 0.5.img') },
    body: new Uint8Array(before),
  })
  const { id: baseUpload } = (await image.json()) as { id: string }
  const made = await station.rest('POST', `/packages/${pack.id}/diffs`, {
    fromVersion: '0.5',
    baseUpload,
    format: 'zstd',
  })
  expect(made).toMatchObject({ status: 200, body: { status: 'queued', base: { kind: 'upload' }, others: [] } })
  await ended(station, Number(made.body.id))
  const { body: kept } = await station.rest('GET', `/products/${pack.productId}/bases?module=default`)
  expect(kept).toMatchObject({ items: [{ version: '0.5', name: '出厂固件 0.5.img' }], nextCursor: null })
  const [{ id: baseId } = { id: 0 }] = kept.items as { id: number }[]
  expect(await station.rest('DELETE', `/bases/${baseId}`)).toMatchObject({ status: 200, body: { ok: true } })
  expect(await station.rest('DELETE', `/bases/${baseId}`)).toMatchObject({ status: 404 })
  expect(await station.rest('GET', '/products/99/bases')).toMatchObject({ status: 404 })
})

it('live events follow a patch from the queue to its being ready, and to its end', async () => {
  const { station, pack, diff } = await prepare('sagoo')
  const leave = new AbortController()
  const stream = await station.client.events.stream({ types: ['diff', 'removed'] }, { signal: leave.signal })
  const seen: string[] = []
  const heard = (async () => {
    for await (const { events } of stream)
      for (const event of events) {
        seen.push(event.type === 'diff' ? event.status : event.type)
        if (event.type === 'removed') return event
      }
  })()
  const { id } = await station.client.diffs.create({ id: pack.id, fromVersion: '1.0', format: 'zstd' })
  await ended(station, id)
  await until(
    () => seen.at(-1),
    (last) => last === 'ready',
  )
  await station.client.diffs.remove({ id: diff.id })
  expect(await heard).toEqual({ type: 'removed', what: 'diff', id: diff.id })
  leave.abort()
})
