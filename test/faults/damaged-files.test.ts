import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { expect, it } from 'vitest'
import type { Package } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { connectLinkSdk } from '../helpers/linksdk.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

const MB = 1024 * 1024
const bytes = randomBytes(2 * MB)
const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
const blobOf = (data: string, sha256: string): string => join(data, 'blobs', sha256.slice(0, 2), sha256)

/** One byte in the middle is another; the size and, as on a failing disk, nothing else of it tells. */
const damage = (path: string): void => {
  const content = readFileSync(path)
  content[MB] = (content[MB] ?? 0) ^ 0x01
  writeFileSync(path, content)
}

const damages: Readonly<Record<string, (path: string) => void>> = {
  'with one changed byte': damage,
  'that is missing': (path) => rmSync(path),
  'that was cut short': (path) => writeFileSync(path, bytes.subarray(0, MB)),
}

const upload = async (station: TestStation, content: Buffer): Promise<void> => {
  const response = await fetch(`${station.ready.api}/uploads`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': 'firmware.bin' },
    body: new Uint8Array(content),
  })
  expect(response.status).toBe(200)
}

const work = async (data: string) => {
  const station = await startTestStation({ directory: data })
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const device = await station.client.devices.create({ productId: product.id, name: 'a' })
  const pack = await station.addPackage({ productId: product.id, name: 'app 2', version: '2', bytes })
  return { station, product, device, pack }
}

const campaignOf = (pack: Package, deviceIds: number[], name = 'roll-out') => ({
  packageId: pack.id,
  name,
  kind: 'upgrade' as const,
  scope: 'devices' as const,
  deviceIds,
  mode: 'full' as const,
  strategy: 'static' as const,
  protocol: 'http' as const,
  push: true,
})

it.each(Object.keys(damages))(
  'a package file %s is never served under its digest; uploaded again it is, and the job goes on',
  async (kind) => {
    using data = scratch()
    const first = await work(data.path)
    const { product, device, pack } = first
    const blob = blobOf(data.path, pack.files[0]?.sha256 ?? '')
    const campaign = await first.station.client.campaigns.create(campaignOf(pack, [device.id]))
    await first.station.stop()
    const log: { msg: string }[] = []
    const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) })
    const station = await startTestStation({ directory: data.path, logger })
    const { client } = station
    const meter = await connectDevice({
      mqttUrl: station.mqttUrl,
      productKey: product.key,
      name: 'a',
      secret: device.secret,
    })
    await meter.listen()
    await meter.inform('1')
    const told = await meter.notice()
    // Whoever was told before it happened.
    damages[kind]?.(blob)
    for (const headers of [new Headers(), new Headers({ Range: 'bytes=0-1023' })]) {
      const refused = await fetch(told.data.url, { headers })
      expect(refused.status).toBe(503)
      expect(await refused.text()).toMatch(/damaged on the station/)
    }
    expect(log.filter(({ msg }) => /damaged or missing/.test(msg))).toHaveLength(1)
    expect((await client.packages.get({ id: pack.id })).damagedFiles).toEqual(['firmware.bin'])
    // The log of actions is written beside the answer.
    const [entry] = await until(
      async () => (await client.audit.list({ action: 'packages.damaged' })).items,
      ({ length }) => length > 0,
    )
    expect(entry).toMatchObject({ subject: `app 2 #${pack.id}`, source: 'station' })
    // The job waits, and nobody else is told of the file.
    expect((await client.campaigns.get({ id: campaign.id })).counts).toMatchObject({ failed: 0, succeeded: 0 })
    await expect(client.campaigns.create(campaignOf(pack, [device.id], 'another'))).rejects.toMatchObject({
      code: 'CONTENT_DAMAGED',
    })
    const file = await station.rest('GET', `/packages/${pack.id}/files/firmware.bin`)
    expect(file).toMatchObject({ status: 409, body: { code: 'CONTENT_DAMAGED' } })

    // Another file heals nothing; the same one does.
    await upload(station, randomBytes(2 * MB))
    expect((await client.packages.get({ id: pack.id })).damagedFiles).toEqual(['firmware.bin'])
    await upload(station, bytes)
    expect((await client.packages.get({ id: pack.id })).damagedFiles).toEqual([])
    const again = await meter.notice()
    const served = await fetch(again.data.url)
    expect(served.status).toBe(200)
    expect(sha256Of(Buffer.from(await served.arrayBuffer()))).toBe(pack.files[0]?.sha256)
    await meter.inform('2')
    await until(
      async () => (await client.campaigns.get({ id: campaign.id })).status,
      (status) => status === 'finished',
    )
    const healed = await until(
      async () => (await client.audit.list({ action: 'packages.healed' })).items,
      ({ length }) => length > 0,
    )
    expect(healed).toHaveLength(1)
  },
)

it('a check by a person finds damage, which a restart does not forget, and a device is not told of it', async () => {
  using data = scratch()
  const { station, product, device, pack } = await work(data.path)
  await station.client.campaigns.create(campaignOf(pack, [device.id]))
  expect((await station.rest('POST', `/packages/${pack.id}/check`)).body).toMatchObject({ damagedFiles: [] })
  damage(blobOf(data.path, pack.files[0]?.sha256 ?? ''))
  expect((await station.rest('POST', `/packages/${pack.id}/check`)).body).toMatchObject({
    damagedFiles: ['firmware.bin'],
  })
  await station.stop()
  const again = await startTestStation({ directory: data.path })
  expect((await again.client.packages.get({ id: pack.id })).damagedFiles).toEqual(['firmware.bin'])
  const meter = await connectDevice({
    mqttUrl: again.mqttUrl,
    productKey: product.key,
    name: 'a',
    secret: device.secret,
  })
  await meter.listen()
  await meter.inform('1')
  const [job] = (await again.client.devices.jobs({ id: device.id })).items
  expect(job?.state).toBe('pending')
  expect(meter.waiting).toEqual([])
  await upload(again, bytes)
  expect((await meter.notice()).data.version).toBe('2')
})

it('a file that is too large for memory is looked at before its first byte goes out', async () => {
  using data = scratch()
  const station = await startTestStation({ directory: data.path })
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const device = await station.client.devices.create({ productId: product.id, name: 'a' })
  const large = Buffer.alloc(129 * MB, 'firmware ')
  const pack = await station.addPackage({ productId: product.id, name: 'large', version: '2', bytes: large })
  await station.client.campaigns.create(campaignOf(pack, [device.id]))
  const meter = await connectDevice({
    mqttUrl: station.mqttUrl,
    productKey: product.key,
    name: 'a',
    secret: device.secret,
  })
  await meter.listen()
  await meter.inform('1')
  const { url } = (await meter.notice()).data
  damage(blobOf(data.path, pack.files[0]?.sha256 ?? ''))
  expect((await fetch(url, { headers: { Range: 'bytes=0-9' } })).status).toBe(503)
  await upload(station, large)
  const whole = await fetch(url, { headers: { Range: 'bytes=0-9' } })
  expect(whole.status).toBe(206)
  expect(await whole.text()).toBe('firmware f')
})

it('no delta is made from a damaged image, and a damaged delta is not handed out', async () => {
  using data = scratch()
  const { station, product, pack } = await work(data.path)
  const base = Buffer.from(bytes)
  base.fill(7, 1000, 2000)
  const old = await station.addPackage({
    productId: product.id,
    name: 'app 1',
    version: '1',
    bytes: base,
    fileName: 'old.bin',
  })
  const diff = await station.client.diffs.create({ id: pack.id, fromVersion: '1' })
  const ready = await until(
    () => station.client.diffs.get({ id: diff.id }),
    ({ status }) => status === 'ready' || status === 'failed',
  )
  expect(ready).toMatchObject({ status: 'ready', damaged: false })
  writeFileSync(blobOf(data.path, ready.sha256 ?? ''), Buffer.alloc(ready.size ?? 0))
  expect((await station.rest('POST', `/packages/${pack.id}/check`)).status).toBe(200)
  expect(await station.client.diffs.get({ id: ready.id })).toMatchObject({ damaged: true })
  expect((await station.rest('GET', `/diffs/${ready.id}/file`)).body.code).toBe('CONTENT_DAMAGED')
  damage(blobOf(data.path, old.files[0]?.sha256 ?? ''))
  await station.client.diffs.remove({ id: ready.id })
  const next = await station.client.diffs.create({ id: pack.id, fromVersion: '1' })
  const failed = await until(
    () => station.client.diffs.get({ id: next.id }),
    ({ status }) => status === 'ready' || status === 'failed',
  )
  expect(failed).toMatchObject({ status: 'failed', error: 'CONTENT_DAMAGED', errorData: { name: 'old.bin' } })
  expect(existsSync(blobOf(data.path, pack.files[0]?.sha256 ?? ''))).toBe(true)
})

it('damaged packages are found among any number, and so are those that nobody verified', async () => {
  using data = scratch()
  const { station, product, pack } = await work(data.path)
  const names = Array.from({ length: 60 }, (_, n) => `later ${n}`)
  for (const [n, name] of names.entries())
    await station.addPackage({
      productId: product.id,
      name,
      version: `3.${n}`,
      bytes: Buffer.from(name),
      verify: false,
    })
  damage(blobOf(data.path, pack.files[0]?.sha256 ?? ''))
  await station.client.packages.check({ id: pack.id })
  const listed = async (query: string) => {
    const { body } = await station.rest('GET', `/packages?limit=100&${query}`)
    return (body.items as Package[]).map(({ name }) => name)
  }
  expect(await listed('damaged=true')).toEqual(['app 2'])
  expect(await listed('damaged=false')).toHaveLength(names.length)
  expect(await listed('damaged=true&productId=999')).toEqual([])
  const { verification } = await station.client.packages.get({ id: pack.id })
  expect(await listed('unverified=true')).toEqual(verification === 'unverified' ? ['app 2'] : [])
  expect(await listed('unverified=false')).toHaveLength(verification === 'unverified' ? names.length : names.length + 1)
  await upload(station, bytes)
  expect(await listed('damaged=true')).toEqual([])
})

it('a package file with one changed byte is not sent over MQTT either; uploaded again it is', async () => {
  using data = scratch()
  const { station, product, device, pack } = await work(data.path)
  const meter = await connectLinkSdk({
    mqttUrl: station.mqttUrl,
    productKey: product.key,
    name: 'a',
    secret: device.secret,
  })
  await meter.publish(`/ota/device/inform/${product.key}/a`, '{"id":"1","params":{"version":"1"}}')
  await station.client.campaigns.create({ ...campaignOf(pack, [device.id]), protocol: 'mqtt' })
  const streamOf = async (): Promise<number> =>
    Number(((await meter.notice()) as unknown as { data: { streamId: number } }).data.streamId)
  const stream = await streamOf()
  damage(blobOf(data.path, pack.files[0]?.sha256 ?? ''))
  // Not the block that holds the changed byte: nothing of the file may go out.
  const refused = await meter.block(stream, 0, 1024)
  expect(refused.json.code).toBe(410)
  expect(refused.rest).toHaveLength(0)
  expect((await station.client.packages.get({ id: pack.id })).damagedFiles).toEqual(['firmware.bin'])
  await upload(station, bytes)
  expect((await station.client.packages.get({ id: pack.id })).damagedFiles).toEqual([])
  const { json, rest } = await meter.block(await streamOf(), 0, 1024)
  expect(json.code).toBe(200)
  expect(rest.subarray(0, 1024).equals(bytes.subarray(0, 1024))).toBe(true)
})

it('a package file with one changed byte is not flashed: the bench refuses it and marks it; uploaded again it is taken', async () => {
  using data = scratch()
  const { station, pack } = await work(data.path)
  damage(blobOf(data.path, pack.files[0]?.sha256 ?? ''))
  const recipe = { name: 'Board', target: 'stm32', images: [{ packageId: pack.id, address: '0x08000000' }] }
  const isDamaged = async (): Promise<boolean> =>
    JSON.stringify((await station.rest('POST', '/bench/check', { recipe })).body).includes('IMAGE_DAMAGED')
  expect(await isDamaged()).toBe(true)
  expect((await station.client.packages.get({ id: pack.id })).damagedFiles).toEqual(['firmware.bin'])
  await upload(station, bytes)
  expect(await isDamaged()).toBe(false)
  expect((await station.client.packages.get({ id: pack.id })).damagedFiles).toEqual([])
})
