import type { OutgoingEvent } from '#shared/schema.ts'
import type { SinkKind } from '#shared/sink-rules.ts'
import { createMosquitto, hasMosquitto, needsMosquitto } from './mosquitto-server.ts'
import { createPostgresServer, hasPostgres, needsPostgres } from './postgres-server.ts'
import { createWebhookServer } from './webhook-server.ts'

/** A real receiver of one kind, which can go and return. */
export interface World {
  readonly url: string
  /** Another user, or nobody's password, of the same receiver. */
  readonly wrongLogin: string
  start(): Promise<void>
  /** As a power cut ends it. */
  kill(): Promise<void>
  /** What arrived so far, in the order of arrival; where the receiver keeps only one of each key, in that of the ids. */
  received(): Promise<OutgoingEvent[]>
  close(): Promise<void>
}

export interface WorldKind {
  readonly kind: SinkKind
  readonly available: boolean
  /** For titles of skipped tests. */
  readonly needs: string
  create(): Promise<World>
}

/** A server that could not be made ready has nobody who would end it. */
const orClosed = async (server: { close(): Promise<void> }, ready: () => Promise<void>): Promise<void> => {
  try {
    await ready()
  } catch (error) {
    await server.close()
    throw error
  }
}

export const postgresWorld = async (
  database = 'factory',
): Promise<World & { query: <T extends object>(text: string) => Promise<T[]> }> => {
  const server = await createPostgresServer()
  await orClosed(server, async () => {
    await server.start()
    await server.query('postgres', `CREATE DATABASE ${database}`)
  })
  const query = <T extends object>(text: string): Promise<T[]> => server.query<T>(database, text)
  return {
    url: server.url(database),
    wrongLogin: server.url(database, 'ota', 'not-it'),
    start: () => server.start(),
    kill: () => server.kill(),
    query,
    async received() {
      const tables = { unit_records: 'unit-record', jobs: 'job', campaigns: 'campaign' } as const
      const selects = Object.entries(tables).map(
        ([table, kind]) => `SELECT station, id, '${kind}' AS kind, at, payload FROM ota_bench.${table}`,
      )
      const rows = await query<{ station: string; id: string; kind: OutgoingEvent['kind']; at: Date; payload: object }>(
        `${selects.join(' UNION ALL ')} ORDER BY station, id`,
      )
      return rows.map(
        ({ station, id, kind, at, payload }) =>
          ({ station, id: Number(id), kind, at: at.toISOString(), version: 1, payload }) as OutgoingEvent,
      )
    },
    close: () => server.close(),
  }
}

export const webhookWorld = async () => {
  const server = createWebhookServer()
  await server.start()
  return {
    server,
    url: `http://127.0.0.1:${server.port}/records`,
    wrongLogin: `http://ota:not-it@127.0.0.1:${server.port}/records`,
    start: () => server.start(),
    kill: () => server.stop(),
    received: async () =>
      server.requests.flatMap(({ body }) => (JSON.parse(body) as { events: OutgoingEvent[] }).events),
    close: () => server.stop(),
  }
}

export const mqttWorld = async () => {
  const server = await createMosquitto()
  await orClosed(server, () => server.start())
  return {
    server,
    url: server.url(),
    wrongLogin: server.url('ota', 'not-it'),
    start: async () => {
      await server.start()
      await server.listening()
    },
    kill: () => server.kill(),
    received: async () => server.messages.map(({ payload }) => JSON.parse(payload) as OutgoingEvent),
    close: () => server.close(),
  }
}

export const worlds: readonly WorldKind[] = [
  { kind: 'postgres', available: hasPostgres, needs: needsPostgres, create: postgresWorld },
  {
    kind: 'webhook',
    available: true,
    needs: '',
    async create() {
      const world = await webhookWorld()
      // A webhook's login is the receiver's own matter.
      world.server.answers((response) => {
        const { authorization } = response.req.headers
        response.writeHead(authorization === undefined ? 200 : 401).end('{}')
      })
      return world
    },
  },
  { kind: 'mqtt', available: hasMosquitto, needs: needsMosquitto, create: mqttWorld },
]
