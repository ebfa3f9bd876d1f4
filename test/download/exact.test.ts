import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CampaignInput, PackageInput, ProductInput } from '#shared/schema.ts'
import { onSteadyTime, systemClock } from '../../electron/platform/basics/clock.ts'
import type { DownloadHost } from '../../electron/platform/download/download-claim.ts'
import { signToken } from '../../electron/platform/download/download-tokens.ts'
import { DOWNLOAD_PREFIX } from '../../electron/platform/download/download-url.ts'
import { createFastAnswers } from '../../electron/platform/download/fast-answers.ts'
import { createDownloadHandler } from '../../electron/platform/download/handler.ts'
import { createDownloadServer, type DownloadServer } from '../../electron/platform/download/server.ts'
import { createRouter } from '../../electron/platform/http/router.ts'
import { openTestPlatform, type TestPlatform } from '../helpers/platform.ts'
import { patterned } from './fixture.ts'

const HOUR = 3_600_000
const PIECE = 4096
const SIZE = 40 * PIECE
const silent = { warn: () => undefined, error: () => undefined }

let directory: string
let station: TestPlatform
let server: DownloadServer
/** What the caches said and the database did not, or the other way round. */
const wrong: string[] = []
let asked = 0

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'exact-'))
  station = await openTestPlatform(directory)
  const { platform, store } = station
  const truth = store.sql
    .prepare<[number], number>(
      "SELECT count(*) FROM jobs j JOIN campaigns c ON c.id = j.campaign_id JOIN package_files f ON f.package_id = c.package_id WHERE j.id = ? AND j.state <> 'cancelled'",
    )
    .pluck()
  const host: DownloadHost = {
    ...platform.downloads,
    artifact(claim) {
      const answer = platform.downloads.artifact(claim)
      asked++
      if ((truth.get(claim.jobId) === 1) !== (typeof answer === 'object'))
        wrong.push(`job ${claim.jobId}: ${typeof answer === 'object' ? 'open' : answer}`)
      return answer
    },
  }
  const clock = onSteadyTime(station.clock)
  const options = { host, key: platform.downloadKey, clock, cache: platform.images, logger: silent }
  const handler = createRouter([{ prefix: DOWNLOAD_PREFIX, handle: createDownloadHandler(options) }], silent)
  const fast = { host, answers: createFastAnswers({ ...options, takes: () => true }) }
  server = createDownloadServer({ host: '127.0.0.1', port: 0, handler, fast, clock: systemClock, logger: silent })
  await server.start()
})

afterAll(async () => {
  await server.stop(0)
  await station.close()
  rmSync(directory, { recursive: true })
})

interface Scene {
  /** Of the product, and its key. */
  readonly name: string
  /** Of the device. */
  readonly secret: string
  readonly productId: number
  readonly packageId: number
  readonly campaignId: number
  readonly deviceId: number
  readonly jobId: number
  readonly path: string
}

let scenes = 0

/** A product of its own whose only device has one open job, with its address. */
const stage = async (): Promise<Scene> => {
  const { platform, clock } = station
  const name = `p${++scenes}`
  const product = await platform.products.create(ProductInput.parse({ name, key: name, protocol: 'sagoo' }))
  const device = await platform.devices.create({ productId: product.id, name: 'd', tags: [] })
  const upload = await platform.uploads.receive(`${name}.bin`, Readable.from([patterned(SIZE)]))
  const pack = await platform.packages.create(
    PackageInput.parse({ productId: product.id, name, version: '2.0.0', uploads: [upload.id] }),
  )
  const campaign = await platform.campaigns.create(CampaignInput.parse({ packageId: pack.id, name }))
  const jobId = station.store.sql
    .prepare<[number], number>('SELECT id FROM jobs WHERE campaign_id = ?')
    .pluck()
    .get(campaign.id)
  if (jobId === undefined) throw new Error('the campaign has no job')
  const token = signToken(platform.downloadKey, { jobId, file: 0, expiresAt: clock.steady() + HOUR })
  return {
    ...{
      name,
      secret: device.secret,
      productId: product.id,
      packageId: pack.id,
      campaignId: campaign.id,
      deviceId: device.id,
      jobId,
    },
    path: `${DOWNLOAD_PREFIX}${token}/app.bin`,
  }
}

/** The device reports that it runs the new version: a package of an open campaign is not deleted. */
const succeed = async ({ name, secret, deviceId }: Scene): Promise<void> => {
  await station.broker.connect(`d&${name}`, secret)
  await station.broker.publish(deviceId, `/ota/device/inform/${name}/d`, { id: '1', params: { version: '2.0.0' } })
}

/** What happens to a job in the middle of its download, and whether its address is refused from then on. */
const events: Record<string, { readonly isEnd: boolean; readonly happens: (scene: Scene) => unknown }> = {
  'the job is cancelled': { isEnd: true, happens: ({ jobId }) => station.platform.campaigns.cancelJob(jobId) },
  'the campaign is cancelled': {
    isEnd: true,
    happens: ({ campaignId }) => station.platform.campaigns.cancel(campaignId),
  },
  'the package is deleted': {
    isEnd: true,
    happens: async (scene) => {
      await succeed(scene)
      await station.platform.packages.remove(scene.packageId, true)
    },
  },
  'the device is deleted': { isEnd: true, happens: ({ deviceId }) => station.platform.removal.device(deviceId) },
  'the product is deleted': {
    isEnd: true,
    happens: ({ productId }) => station.platform.removal.product(productId, true),
  },
  'the address expires': { isEnd: true, happens: () => station.clock.advance(HOUR + 1000) },
  'the clock is set forward': { isEnd: false, happens: () => station.clock.set(48 * HOUR) },
  'the clock is set back': { isEnd: false, happens: () => station.clock.set(-48 * HOUR) },
  'the campaign is paused': { isEnd: false, happens: ({ campaignId }) => station.platform.campaigns.pause(campaignId) },
  'a write that ends the job is undone': {
    isEnd: false,
    happens: ({ jobId }) =>
      station.store
        .write(() => {
          station.store.sql.prepare("UPDATE jobs SET state = 'cancelled' WHERE id = ?").run(jobId)
          // A look while the write is not decided must not be remembered.
          station.platform.downloads.artifact({ jobId, file: 0 })
          throw new Error('undone')
        })
        .catch(() => undefined),
  },
}

interface Piece {
  readonly status: number
  /** It was asked for after the event had been committed. */
  readonly isLate: boolean
}

/** A device that asks for one piece after the other until it is refused; resolves then, or when the connection has ended. */
const devour = (path: string, isOver: () => boolean, got: (piece: Piece) => void) => {
  const socket = connect(server.port, '127.0.0.1')
  let at = 0
  let isLate = false
  let received = ''
  const ask = (): void => {
    isLate = isOver()
    const start = (at++ % (SIZE / PIECE)) * PIECE
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nRange: bytes=${start}-${start + PIECE - 1}\r\n\r\n`)
  }
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket
    .setEncoding('latin1')
    .on('connect', ask)
    .on('error', () => undefined)
  socket.on('data', (text) => {
    received += text
    const head = received.indexOf('\r\n\r\n')
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1])
    if (head < 0 || received.length < head + 4 + length) return
    const status = Number(received.slice(9, 12))
    received = ''
    got({ status, isLate })
    if (status === 206) ask()
    else socket.destroy()
  })
  return { socket, ended }
}

it('refuses the very next piece of a job that is no longer open, and goes on with every other, whatever is remembered', async () => {
  const event = fc.constantFrom(...Object.keys(events))
  await fc.assert(
    fc.asyncProperty(
      event,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 20, max: 600 }),
      async (name, devices, before) => {
        const scene = await stage()
        const { isEnd, happens } = events[name] ?? { isEnd: false, happens: () => undefined }
        let isOver = false
        let pieces = 0
        let refused = 0
        const late: number[] = []
        const early = Promise.withResolvers<void>()
        const enough = Promise.withResolvers<void>()
        const each = Array.from({ length: devices }, () =>
          devour(
            scene.path,
            () => isOver,
            ({ status, isLate }) => {
              if (++pieces === before) early.resolve()
              if (isLate) late.push(status)
              if (status !== 206) refused++
              if (late.length === devices * 10) enough.resolve()
            },
          ),
        )
        const allEnded = Promise.all(each.map(({ ended }) => ended))
        await Promise.race([early.promise, allEnded])
        expect(pieces).toBeGreaterThanOrEqual(before)
        await happens(scene)
        isOver = true
        await Promise.race([enough.promise, allEnded])
        for (const { socket } of each) socket.destroy()
        await allEnded
        if (isEnd) expect(refused).toBe(devices)
        else expect(late.length).toBeGreaterThanOrEqual(devices * 10)
        expect(late.filter((status) => (status === 206) === isEnd)).toEqual([])
        expect(wrong).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
  expect(asked).toBeGreaterThan(5000)
})
