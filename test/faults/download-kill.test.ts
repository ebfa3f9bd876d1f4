import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import type { Campaign, Device, Job } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { seeded } from '../helpers/seeded.ts'
import { type StationProcess, spawnStation } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'
import { times } from './length.ts'

const DEVICES = 8
const PIECE = 4096
const image = Buffer.from(Array.from({ length: 300 * PIECE }, seeded(16)).map((byte) => byte * 256))
const random = seeded(20_261_201)

interface Page<T> {
  readonly items: T[]
}

/** A device that asks for one piece after the other on one connection; what it has outlives the station. */
const createDownloader = (path: string) => {
  const pieces: Buffer[] = []
  const ask = (agent: Agent, port: number): Promise<{ status: number; body: Buffer } | undefined> =>
    new Promise((resolve) => {
      const at = pieces.length * PIECE
      const headers = { Range: `bytes=${at}-${at + PIECE - 1}` }
      const asked = get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
        response.on('error', () => resolve(undefined))
      })
      asked.on('error', () => resolve(undefined))
    })
  return {
    get bytes() {
      return pieces.length * PIECE
    },
    digest: () => createHash('sha256').update(Buffer.concat(pieces)).digest('hex'),
    /** Until the end of the file, or of the station, or a refusal, whose status it answers. */
    async go(port: number, got: () => void): Promise<number | undefined> {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      try {
        while (pieces.length * PIECE < image.length) {
          const answer = await ask(agent, port)
          if (answer?.status !== 206) return answer?.status
          pieces.push(answer.body)
          got()
        }
        return undefined
      } finally {
        agent.destroy()
      }
    },
  }
}

const start = async (directory: string): Promise<StationProcess & { readonly port: number }> => {
  const station = await spawnStation(directory, '--no-tls')
  onTestFinished(() => void station.child.kill('SIGKILL'))
  return { ...station, port: Number(new URL(station.ready.http).port) }
}

it('keeps refusing what it has cancelled, and serves the rest to its end, when it is killed in the middle of pieces', async () => {
  using data = scratch()
  let station = await start(data.path)
  await station.call('POST', '/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
  const uploads = [await station.upload('app.bin', image)]
  await station.call('POST', '/packages', { productId: 1, name: 'app', version: '2.0.0', uploads })
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, async (_, n) => {
      const { secret } = await station.call<Device>('POST', '/devices', { productId: 1, name: `d${n}` })
      const device = await connectDevice({ mqttUrl: station.ready.mqtt, productKey: 'field', name: `d${n}`, secret })
      await device.listen()
      return device
    }),
  )
  await station.call('POST', '/campaigns', { packageId: 1, name: 'app' })
  const paths = await Promise.all(devices.map(async (device) => new URL((await device.notice()).data.url).pathname))
  const jobs = (await station.call<Page<Job>>('GET', '/campaigns/1/jobs')).items.toSorted((a, b) =>
    a.deviceName.localeCompare(b.deviceName),
  )
  const downloaders = paths.map(createDownloader)
  const cancelled = new Set<number>()
  let shown = 0

  for (let round = 0; round < times(3, 7); round++) {
    const port = station.port
    // Some pieces later one job is cancelled; within the answer the station is killed.
    let left = 20 + Math.floor(random() * 60)
    const middle = Promise.withResolvers<void>()
    const going = downloaders.map((downloader, n) =>
      cancelled.has(n) ? undefined : downloader.go(port, () => --left === 0 && middle.resolve()),
    )
    await Promise.race([middle.promise, Promise.all(going)])
    shown = Math.max(shown, (await station.call<Campaign>('GET', '/campaigns/1')).bytesServed)
    await station.call('POST', `/jobs/${jobs[round]?.id}/cancel`)
    cancelled.add(round)
    station.child.kill('SIGKILL')
    await once(station.child, 'exit')
    await Promise.all(going)

    const sql = new Database(join(data.path, 'ota-bench.sqlite'))
    expect(sql.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    sql.close()
    station = await start(data.path)
    for (const n of cancelled)
      expect(await createDownloader(paths[n] ?? '').go(station.port, () => undefined)).toBe(410)
    const campaign = await station.call<Campaign>('GET', '/campaigns/1')
    expect(campaign.counts.cancelled).toBe(cancelled.size)
    expect(campaign.bytesServed).toBeGreaterThanOrEqual(shown)
    expect(campaign.bytesServed).toBeLessThanOrEqual(downloaders.reduce((sum, { bytes }) => sum + bytes + PIECE, 0))
  }

  const digest = createHash('sha256').update(image).digest('hex')
  for (const [n, downloader] of downloaders.entries()) {
    if (cancelled.has(n)) continue
    expect(await downloader.go(station.port, () => undefined)).toBeUndefined()
    expect(downloader.digest()).toBe(digest)
  }
  const states = async () => (await station.call<Page<Job>>('GET', '/campaigns/1/jobs')).items.map(({ state }) => state)
  await until(states, (found) => found.filter((state) => state === 'downloading').length === DEVICES - cancelled.size)
  station.child.kill('SIGTERM')
  await once(station.child, 'exit')
})
