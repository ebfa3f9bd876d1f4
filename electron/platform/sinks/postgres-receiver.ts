import { Socket } from 'node:net'
import type pg from 'pg'
import Client from 'pg/lib/client.js'
import type { OutgoingEvent, OutgoingKind } from '#shared/schema.ts'
import { postgresAddress } from './postgres-address.ts'
import { insertOf, postgresSteps, postgresTables, SCHEMA } from './postgres-tables.ts'
import { aborted, codeOf, detailOf, faultOf, type Receiver, ReceiverFault, type ReceiverSettings } from './receiver.ts'

/** The advisory lock under which one station at a time makes the tables: the letters OTAB. */
const LOCK = 0x4f544142

interface Connection {
  readonly client: pg.Client
  readonly socket: Socket
}

/** Stores events in PostgreSQL. Its tables are made at the first connection; several stations write into the same ones. */
export const createPostgresReceiver = ({ url, secret, ca }: ReceiverSettings): Receiver => {
  let open: Connection | undefined

  const drop = (connection = open): void => {
    if (open === connection) open = undefined
    connection?.socket.destroy()
  }

  const connected = async (): Promise<Connection> => {
    if (open) return open
    const { connectionString, ssl } = postgresAddress(url, ca)
    const socket = new Socket()
    const client = new Client({
      connectionString,
      ssl,
      stream: () => socket,
      keepAlive: true,
      application_name: 'OTA Bench',
      ...(secret !== null && new URL(url).password === '' ? { password: secret } : {}),
    })
    const connection = { client, socket }
    open = connection
    client.on('error', () => drop(connection))
    client.on('end', () => drop(connection))
    await client.connect()
    await migrate(client)
    return connection
  }

  /** Every attempt ends with its signal: by closing the socket, which also ends the server's work. */
  const guarded = async (work: (client: pg.Client) => Promise<void>, signal: AbortSignal): Promise<void> => {
    const abort = aborted(signal)
    const done = (async () => work((await connected()).client))()
    done.catch(() => undefined)
    try {
      await Promise.race([done, abort.promise])
    } catch (error) {
      drop()
      signal.throwIfAborted()
      throw postgresFault(error)
    } finally {
      abort.stop()
    }
  }

  return {
    send: (events, signal) => guarded((client) => store(client, events), signal),
    probe: (signal) => guarded(async (client) => void (await client.query('SELECT 1')), signal),
    async close() {
      const { client } = open ?? {}
      // Says goodbye, so that the server logs no lost connection.
      await Promise.race([client?.end(), new Promise((resolve) => open?.socket.once('close', resolve))]).catch(
        () => undefined,
      )
      drop()
    },
  }
}

const kinds = Object.keys(postgresTables) as OutgoingKind[]

/** Stores a batch whole or not at all. */
const store = async (client: pg.Client, events: readonly OutgoingEvent[]): Promise<void> => {
  // A server that answers before the disk has it would lose records by a power cut.
  await client.query('BEGIN; SET LOCAL synchronous_commit = on')
  for (const kind of kinds) {
    const own = events.filter((event) => event.kind === kind)
    if (own.length > 0)
      await client.query({ name: `ota-bench-${kind}`, text: insertOf(kind), values: [JSON.stringify(own)] })
  }
  await client.query('COMMIT')
}

/** Brings the tables to this program's version; without a right to make any where they are there already. */
const migrate = async (client: pg.Client): Promise<void> => {
  const known = postgresSteps.length
  // By the catalog's rows: `to_regclass` may answer from a cache that does not see what another station made while we waited for the lock.
  const isThere = async (catalog: string): Promise<boolean> =>
    (await client.query(`SELECT 1 FROM pg_catalog.${catalog}`)).rows.length > 0
  const read = async (): Promise<number> => {
    if (!(await isThere(`pg_tables WHERE schemaname = '${SCHEMA}' AND tablename = 'schema_version'`))) return 0
    const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${SCHEMA}.schema_version`)
    return rows[0]?.version ?? 0
  }
  const refuseNewer = (version: number): void => {
    if (version > known) throw new ReceiverFault('SCHEMA_NEWER', { version, known })
  }
  const before = await read()
  refuseNewer(before)
  if (before === known) return
  await client.query('BEGIN')
  await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
  // Another station may have made them meanwhile.
  const version = await read()
  refuseNewer(version)
  if (version === 0) {
    if (!(await isThere(`pg_namespace WHERE nspname = '${SCHEMA}'`))) await client.query(`CREATE SCHEMA ${SCHEMA}`)
    await client.query(
      `CREATE TABLE ${SCHEMA}.schema_version (version integer NOT NULL); INSERT INTO ${SCHEMA}.schema_version VALUES (0)`,
    )
  }
  for (const step of postgresSteps.slice(version)) await client.query(step)
  if (version < known) await client.query(`UPDATE ${SCHEMA}.schema_version SET version = ${known}`)
  await client.query('COMMIT')
}

/** The fault in an error of the server (PostgreSQL manual, appendix A) or of the connection. */
const postgresFault = (error: unknown): ReceiverFault => {
  if (error instanceof ReceiverFault) return error
  const code = String(codeOf(error) ?? '')
  const detail = detailOf(error instanceof Error ? error.message : String(error))
  if (code.startsWith('28') || detail.includes('password must be a string'))
    return new ReceiverFault('LOGIN_REFUSED', { detail })
  if (code === '3D000') return new ReceiverFault('DATABASE_MISSING', { detail })
  if (code === '42501') return new ReceiverFault('NO_RIGHT', { detail })
  // It starts up or shuts down.
  if (code.startsWith('57P')) return new ReceiverFault('UNREACHABLE', { detail })
  if (detail.startsWith('Connection terminated')) return new ReceiverFault('DISCONNECTED', { detail })
  return faultOf(error)
}
