import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pieceCrc16 } from '../../electron/platform/download/crc16.ts'
import { connectDevice, type TestDevice } from '../helpers/device.ts'
import { rawBytes } from '../helpers/http.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { nginx, prepareCache } from './nginx.ts'

const image = randomBytes(700_000)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const prepare = async (path = '') => {
  const cache = await prepareCache()
  const station = await startTestStation({ downloadUrl: `${cache.url}${path}` })
  await cache.serve(station.ready.http)
  const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2', version: '2.0.0', bytes: image })
  const connect = async (name: string): Promise<TestDevice> => {
    const { secret } = await station.client.devices.create({ productId: product.id, name })
    const device = await connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name, secret })
    await device.listen()
    await device.inform('1.0.0')
    return device
  }
  const jobs = async (id: number) => (await station.client.campaigns.jobs({ id })).items
  return { cache, station, product, pack, connect, jobs }
}

/** A file in pieces, as devices with a small buffer fetch it; a broken answer is asked for again. */
const fetchInPieces = async (url: string, size: number, piece: number): Promise<Buffer> => {
  const parts: Buffer[] = []
  for (let at = 0; at < size; ) {
    const answer = await fetch(url, {
      headers: { Range: `bytes=${at}-${Math.min(size, at + piece) - 1}`, Connection: 'close' },
    }).then(
      async (response) => (response.status === 206 ? Buffer.from(await response.arrayBuffer()) : undefined),
      () => undefined,
    )
    if (!answer) await new Promise((resolve) => setImmediate(resolve))
    else {
      parts.push(answer)
      at += answer.length
    }
  }
  return Buffer.concat(parts)
}

describe.skipIf(!nginx)(
  `nginx in front of the station${nginx ? '' : ' (needs the Debian package nginx-light)'}`,
  () => {
    it('hands out what notices name, whole and in pieces, and asks the station for the bytes once', async () => {
      const { station, cache, pack, connect, jobs } = await prepare()
      const [one, other] = [await connect('one'), await connect('other')]
      const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
      const [first, second] = [(await one.notice()).data, (await other.notice()).data]
      expect(first.url.startsWith(`${cache.url}/ota/`)).toBe(true)
      expect(first.url).not.toBe(second.url)

      expect(sha256(await fetchInPieces(first.url, first.size, 40_000))).toBe(sha256(image))
      const whole = await fetch(second.url)
      expect(whole.headers.get('etag')).toBe(`"${sha256(image)}"`)
      expect(whole.headers.get('content-disposition')).toBe('attachment; filename="firmware.bin"')
      expect(sha256(Buffer.from(await whole.arrayBuffer()))).toBe(sha256(image))
      // The tail, and what the device has already.
      const tail = await fetch(second.url, { headers: { Range: 'bytes=-5' } })
      expect([tail.status, tail.headers.get('content-range')]).toEqual([
        206,
        `bytes ${image.length - 5}-${image.length - 1}/${image.length}`,
      ])
      expect(Buffer.from(await tail.arrayBuffer())).toEqual(image.subarray(-5))
      expect((await fetch(second.url, { headers: { 'If-None-Match': `"${sha256(image)}"` } })).status).toBe(304)

      await until(
        () => jobs(campaign.id),
        (all) => all.every(({ state }) => state === 'downloading'),
      )
      // 700,000 bytes are three pieces of 256 KB, each fetched once for both devices.
      expect(cache.asked().filter((status) => status === 'MISS')).toHaveLength(3)
      const [device] = (await station.client.devices.list({ q: 'one' })).items
      const { items } = await station.client.devices.messages({ id: device?.id ?? 0 })
      expect(items.some(({ detail }) => detail?.includes('127.0.0.1 · cache'))).toBe(true)
    })

    it('sends the heads of pieces in the order that clients in the field need', async () => {
      const { station, pack, connect } = await prepare()
      const device = await connect('one')
      await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
      const { url } = (await device.notice()).data
      const { pathname, host } = new URL(url)
      const text = await rawBytes(
        url,
        `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nRange: bytes=300000-300003\r\n\r\n`,
      )
      const [head = ''] = text.split('\r\n\r\n')
      const lines = head.split('\r\n')
      expect(lines[0]).toBe('HTTP/1.1 206 Partial Content')
      expect(lines.length - 1).toBeLessThanOrEqual(9)
      expect(lines.at(-1)).toBe(`Content-Range: bytes 300000-300003/${image.length}`)
      expect(lines.filter((line) => line.includes('Range'))).toHaveLength(1)
      expect(lines.every((line) => line.length < 127)).toBe(true)
    })

    it('refuses at once what the station refuses, in its words, though it has the file', async () => {
      const { station, pack, connect, jobs } = await prepare('/hall-1')
      const [one, other] = [await connect('one'), await connect('other')]
      const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
      const [first, second] = [(await one.notice()).data.url, (await other.notice()).data.url]
      expect(new URL(first).pathname.startsWith('/hall-1/ota/')).toBe(true)
      for (const url of [first, second]) expect((await fetch(url)).status).toBe(200)

      const altered = first.replace(/\/ota\/(.)/, (_, character) => `/ota/${character === 'A' ? 'B' : 'A'}`)
      const refused = await fetch(altered)
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('not valid')])

      const [job] = await jobs(campaign.id)
      await station.client.jobs.cancel({ id: job?.id ?? 0 })
      const urlOf = job?.deviceName === 'one' ? [first, second] : [second, first]
      const cancelled = await fetch(urlOf[0] ?? '', { headers: { Range: 'bytes=0-3' } })
      expect([cancelled.status, await cancelled.text()]).toEqual([410, expect.stringContaining('cancelled')])
      expect((await fetch(urlOf[1] ?? '', { headers: { Range: 'bytes=0-3' } })).status).toBe(206)
      await station.client.campaigns.cancel({ id: campaign.id })
      expect((await fetch(urlOf[1] ?? '')).status).toBe(410)
      expect((await fetch(urlOf[1] ?? '', { method: 'POST' })).status).toBe(405)
    })

    it('hands out deltas, and gives a piece the checksum of what the device asked for', async () => {
      const { station } = await prepare()
      const product = await station.client.products.create({ name: 'Panel', key: 'tp', protocol: 'thingspanel' })
      const base = { productId: product.id, name: 'p', bytes: image }
      await station.addPackage({ ...base, version: '1.0.0' })
      const next = Buffer.concat([image.subarray(0, 300_000), randomBytes(900), image.subarray(300_000)])
      const pack = await station.addPackage({ ...base, name: 'q', version: '2.0.0', bytes: next })
      const { id } = await station.client.diffs.create({ id: pack.id, fromVersion: '1.0.0' })
      const ready = await until(
        () => station.client.diffs.get({ id }),
        ({ status }) => status === 'ready' || status === 'failed',
      )
      expect(ready.status).toBe('ready')
      const { accessToken, name } = await station.client.devices.create({ productId: product.id, name: 'n7' })
      const raw = await connectRaw(station.mqttUrl, accessToken ?? '', '')
      await raw.publish(`/ota/device/inform/${accessToken}`, '{"id":"1","params":{"version":"1.0.0"}}')
      await raw.subscribe(`/ota/device/upgrade/${accessToken}`)
      await station.client.campaigns.create({ packageId: pack.id, name: 'deltas', mode: 'diff' })
      const { params } = JSON.parse((await raw.next()).text)
      expect(name).toBe('n7')
      const delta = Buffer.from(await (await fetch(params.url)).arrayBuffer())
      expect(delta.length).toBe(ready.size)
      for (const [start, end] of [
        [3, 90],
        [100, 600],
      ] as const) {
        const piece = await fetch(params.url, {
          headers: { Range: `bytes=${start}-${end - 1}`, 'Crc16-Method': 'MODBUS' },
        })
        const bytes = Buffer.from(await piece.arrayBuffer())
        expect(bytes).toEqual(delta.subarray(start, end))
        expect(piece.headers.get('x-crc16')).toBe(pieceCrc16('MODBUS', bytes))
      }
    })

    it('may be killed in the middle of many downloads: each is whole in the end, and nothing wrong is kept', async () => {
      const { station, cache, pack, connect, jobs } = await prepare()
      const devices = await Promise.all(Array.from({ length: 20 }, (_, n) => connect(`d${n}`)))
      const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
      const notices = await Promise.all(devices.map((device) => device.notice()))
      let done = 0
      const fetching = notices.map(async ({ data }) => {
        const bytes = await fetchInPieces(data.url, data.size, 20_000)
        done += 1
        return sha256(bytes)
      })
      for (let times = 0; times < 3; times++) {
        await until(
          () => jobs(campaign.id),
          (all) => all.every(({ state }) => state === 'downloading') || done > 0,
        )
        await cache.kill()
        await cache.start()
      }
      expect(new Set(await Promise.all(fetching))).toEqual(new Set([sha256(image)]))
      for (const { data } of notices)
        expect(sha256(Buffer.from(await (await fetch(data.url)).arrayBuffer()))).toBe(sha256(image))
    })
  },
)

describe('a station without its cache', () => {
  it('names its own address in campaigns of the other protocol and refuses none', async () => {
    const station = await startTestStation({ downloadUrl: 'https://cdn.example/hall' })
    const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
    const pack = await station.addPackage({ productId: product.id, name: 'gw 2', version: '2.0.0', bytes: image })
    expect((await station.client.station.info()).downloadUrl).toBe('https://cdn.example/hall')
    for (const protocol of ['http', 'https'] as const) {
      const { secret } = await station.client.devices.create({ productId: product.id, name: protocol })
      const device = await connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: protocol, secret })
      await device.listen()
      await device.inform('1.0.0')
      const [{ id } = { id: 0 }] = (await station.client.devices.list({ q: protocol })).items.filter(
        ({ name }) => name === protocol,
      )
      await station.client.campaigns.create({
        packageId: pack.id,
        name: protocol,
        protocol,
        scope: 'devices',
        deviceIds: [id],
      })
      const { url } = (await device.notice()).data
      expect(
        url.startsWith(protocol === 'https' ? 'https://cdn.example/hall/ota/' : `${station.ready.http}/ota/`),
      ).toBe(true)
    }
  })
})
