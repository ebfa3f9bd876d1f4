import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Campaign, OutgoingEvent, Package, Product, Sink } from '#shared/schema.ts'
import { type StationProcess, spawnStation } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'
import { hasMosquitto, needsMosquitto } from './mosquitto-server.ts'
import { hasPostgres, needsPostgres } from './postgres-server.ts'
import { mqttWorld, postgresWorld, webhookWorld } from './worlds.ts'

const DEVICES = 2000

const key = ({ station, id }: OutgoingEvent): string => `${station}/${id}`

describe.skipIf(!hasPostgres || !hasMosquitto)(`kill -9${needsPostgres}${needsMosquitto}`, () => {
  it('of the station, of PostgreSQL and of mosquitto amid 2,000 devices loses nothing, and nothing is twice in PostgreSQL', async () => {
    /** One whose neighbour cannot be made is ended all the same. */
    const opened = async <W extends { close(): Promise<void> }>(opening: Promise<W>): Promise<W> => {
      const world = await opening
      onTestFinished(() => world.close())
      return world
    }
    const postgres = await opened(postgresWorld())
    const hook = await opened(webhookWorld())
    const broker = await opened(mqttWorld())
    const folder = scratch()
    onTestFinished(() => folder[Symbol.dispose]())
    const directory = folder.path
    let station: StationProcess = await spawnStation(directory, '--no-tls')
    const killStation = async (): Promise<void> => {
      const gone = once(station.child, 'exit')
      station.child.kill('SIGKILL')
      await gone
    }
    onTestFinished(killStation)
    for (const [kind, url] of Object.entries({ postgres: postgres.url, webhook: hook.url, mqtt: broker.url }))
      await station.call('POST', '/sinks', { kind, name: kind, url, secret: 'a-key-of-the-test' })
    const product = await station.call<Product>('POST', '/products', { name: 'p', protocol: 'sagoo' })
    const csv = Array.from({ length: DEVICES }, (_, index) => `gw-${index}`).join('\n')
    await station.call('POST', '/devices/import', { productId: product.id, csv })
    const pack = await station.call<Package>('POST', '/packages', {
      productId: product.id,
      name: 'fw',
      version: '2.0.0',
      verify: false,
      uploads: [await station.upload('app.bin', Buffer.alloc(2000, 7))],
    })

    const jobsOf = async (id: number): Promise<number> => {
      const counted = postgres.query<{ n: string }>(
        `SELECT count(*) AS n FROM ota_bench.jobs WHERE campaign_id = ${id}`,
      )
      return Number((await counted.catch(() => []))[0]?.n ?? 0)
    }
    const backlogs = async (): Promise<number> => {
      const { items } = await station.call<{ items: Sink[] }>('GET', '/sinks')
      return items.reduce((sum, sink) => sum + sink.backlog, 0)
    }
    const victims: Readonly<Record<string, () => Promise<void>>> = {
      async station() {
        await killStation()
        station = await spawnStation(directory, '--no-tls')
      },
      async postgres() {
        await postgres.kill()
        await postgres.start()
      },
      async mosquitto() {
        await broker.kill()
        await broker.start()
      },
    }
    const ids: number[] = []
    for (const [victim, killed] of Object.entries(victims)) {
      const { id } = await station.call<Campaign>('POST', '/campaigns', {
        packageId: pack.id,
        name: victim,
        kind: 'upgrade',
        scope: 'all',
      })
      ids.push(id)
      // The station may be killed before it answers.
      const cancelled = station.call('POST', `/campaigns/${id}/cancel`).catch(() => undefined)
      await until(
        () => jobsOf(id),
        (count) => count > 0,
      )
      await killed()
      await cancelled
      await until(
        () => station.call<Campaign>('GET', `/campaigns/${id}`),
        ({ counts }) => counts.cancelled === DEVICES,
      )
    }
    // A receiver waits a minute at most; a test ends the wait.
    const { items } = await station.call<{ items: Sink[] }>('GET', '/sinks')
    for (const { id } of items) expect(await station.call('POST', `/sinks/${id}/test`)).toMatchObject({ ok: true })
    await until(backlogs, (count) => count === 0)

    for (const id of ids)
      expect(
        await postgres.query(
          `SELECT count(*)::int AS n, count(DISTINCT job_id)::int AS jobs, count(DISTINCT device)::int AS devices
           FROM ota_bench.jobs WHERE campaign_id = ${id} AND state = 'cancelled'`,
        ),
      ).toEqual([{ n: DEVICES, jobs: DEVICES, devices: DEVICES }])
    const stored = await postgres.received()
    expect(new Set(stored.map(({ station: name }) => name)).size).toBe(1)
    const expected = stored.map(key)
    // Each campaign was created and cancelled.
    expect(expected).toHaveLength(ids.length * (DEVICES + 2))
    for (const world of [hook, broker]) {
      const got = await until(
        () => world.received(),
        (events) => new Set(events.map(key)).size >= expected.length,
      )
      // In order, apart from what came again.
      expect([...new Set(got.map(key))]).toEqual(expected)
    }
  })
})
