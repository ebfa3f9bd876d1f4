import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createPostgresReceiver } from '../../electron/platform/sinks/postgres-receiver.ts'
import { someEvents } from './events.ts'
import { createPostgresServer, hasPostgres, needsPostgres, type PostgresServer } from './postgres-server.ts'

const forever = new AbortController().signal

describe.skipIf(!hasPostgres)(`tables in PostgreSQL${needsPostgres}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    if (!hasPostgres) return
    server = await createPostgresServer()
    await server.start()
    await server.query('postgres', "CREATE ROLE writer LOGIN PASSWORD 'writer-password'")
  })
  afterAll(() => server?.close())

  const open = (database: string, user?: string, password?: string) => {
    const url = server.url(database, user, password)
    const receiver = createPostgresReceiver({ url, secret: null, topic: null, ca: null })
    onTestFinished(() => receiver.close())
    return receiver
  }

  it('are made once by stations that begin at the same moment, and hold the events of all', async () => {
    await server.query('postgres', 'CREATE DATABASE many')
    const stations = Array.from({ length: 8 }, (_, index) => `station-${index}`)
    await Promise.all(stations.map((station) => open('many').send(someEvents(1, 30, station), forever)))
    expect(await server.query('many', 'SELECT version FROM ota_bench.schema_version')).toEqual([{ version: 1 }])
    const counted = 'SELECT count(*)::int AS n, count(DISTINCT station)::int AS stations FROM ota_bench.jobs'
    expect(await server.query('many', counted)).toEqual([{ n: 80, stations: 8 }])
  })

  it('have typed columns, values by name, and how each job stands now', async () => {
    await server.query('postgres', 'CREATE DATABASE typed')
    const receiver = open('typed')
    const [, job, unit] = someEvents(1, 3)
    if (job?.kind !== 'job' || unit === undefined) throw new Error('other events')
    const ended = { ...job, id: 9, payload: { ...job.payload, state: 'succeeded' as const, attempt: 2 } }
    await receiver.send([job, unit, ended], forever)
    expect(await server.query('typed', 'SELECT state, attempt, device FROM ota_bench.latest_jobs')).toEqual([
      { state: 'succeeded', attempt: 2, device: 'gw-2' },
    ])
    expect(await server.query('typed', 'SELECT name, value, good, line FROM ota_bench.unit_values')).toEqual([
      { name: 'rssi', value: -61, good: true, line: 'L1' },
    ])
    const times = 'SELECT finished_at - started_at AS took FROM ota_bench.unit_records'
    expect(JSON.stringify(await server.query('typed', times))).toContain('"minutes":1')
  })

  it('of a newer program are left alone', async () => {
    await server.query('postgres', 'CREATE DATABASE newer')
    await open('newer').probe(forever)
    await server.query('newer', 'UPDATE ota_bench.schema_version SET version = 7')
    await expect(open('newer').send(someEvents(1, 3), forever)).rejects.toMatchObject({
      code: 'SCHEMA_NEWER',
      data: { version: 7, known: 1 },
    })
  })

  it('need a right to be made, and only that of inserting afterwards', async () => {
    await server.query('postgres', 'CREATE DATABASE rights')
    const writer = () => open('rights', 'writer', 'writer-password')
    await expect(writer().probe(forever)).rejects.toMatchObject({ code: 'NO_RIGHT' })
    await open('rights').probe(forever)
    await expect(writer().send(someEvents(1, 3), forever)).rejects.toMatchObject({ code: 'NO_RIGHT' })
    await server.query(
      'rights',
      'GRANT USAGE ON SCHEMA ota_bench TO writer; GRANT INSERT ON ALL TABLES IN SCHEMA ota_bench TO writer; GRANT SELECT ON ota_bench.schema_version TO writer',
    )
    await writer().send(someEvents(1, 3), forever)
    expect(await server.query('rights', 'SELECT count(*)::int AS n FROM ota_bench.jobs')).toEqual([{ n: 1 }])
  })

  it('are not looked for in a database that does not exist', async () => {
    await expect(open('nowhere').probe(forever)).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  })
})
