import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../broker/programs.ts'
import { run } from '../helpers/program.ts'
import { until } from '../helpers/until.ts'

/** Where Debian has the newest server, undefined if none is installed. */
const programs = ['/usr/lib/postgresql']
  .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin')) : []))
  .filter((folder) => existsSync(join(folder, 'initdb')))
  .sort((left, right) => right.localeCompare(left, 'en', { numeric: true }))[0]

export const hasPostgres = programs !== undefined
/** For the titles of skipped tests. */
export const needsPostgres = hasPostgres ? '' : ' (needs the Debian package postgresql)'

/** PostgreSQL does not run as root: then it is nobody's. */
const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** The suite's own folder is root's alone; the server's owner could not enter it. */
const open = owner.uid === undefined ? tmpdir() : '/tmp'

const PASSWORD = 'tester-password'

export interface PostgresServer {
  readonly port: number
  /** Of a database of that name; with the right password unless told otherwise. */
  url(database: string, user?: string, password?: string): string
  start(): Promise<void>
  /** As a power cut ends it. */
  kill(): Promise<void>
  /** Asks as the owner. */
  query<T extends object>(database: string, text: string): Promise<T[]>
  close(): Promise<void>
}

/** Debian's PostgreSQL with data of its own on a free port of loopback; not started yet. */
export const createPostgresServer = async (): Promise<PostgresServer> => {
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(open, 'ota-bench-postgres-'))
  const data = join(folder, 'data')
  const sockets = join(folder, 'sockets')
  const password = join(folder, 'password')
  for (const path of [data, sockets]) mkdirSync(path)
  writeFileSync(password, PASSWORD)
  if (owner.uid !== undefined) {
    for (const path of [folder, data, sockets, password]) chownSync(path, owner.uid, owner.gid)
  }
  chmodSync(data, 0o700)
  const auth = ['--auth=scram-sha-256', `--pwfile=${password}`, '--username=ota', '--encoding=UTF8', '--no-locale']
  await run(join(programs, 'initdb'), [...auth, '--no-sync', '-D', data], { ...owner, cwd: folder })
  const port = await freePort()
  let child: ChildProcess | undefined
  const url = (database: string, user = 'ota', word = PASSWORD) =>
    `postgres://${user}:${encodeURIComponent(word)}@127.0.0.1:${port}/${database}`

  const query = async <T extends object>(database: string, text: string): Promise<T[]> => {
    const client = new pg.Client({ connectionString: url(database) })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<T>(text)).rows
    } finally {
      await client.end()
    }
  }
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'exit')
    child.kill(signal)
    await closed
  }
  const answers = (): Promise<boolean> =>
    query('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    )
  return {
    port,
    url,
    query,
    async start() {
      await until(async () => {
        // Right after a kill the workers of the old server may still be there, and a new one ends at once.
        if (!child || child.exitCode !== null || child.signalCode !== null) {
          const options = ['-D', data, '-p', String(port), '-k', sockets, '-c', 'listen_addresses=127.0.0.1']
          child = spawn(join(programs, 'postgres'), options, { ...owner, cwd: folder, stdio: 'ignore' })
        }
        return answers()
      }, Boolean)
    },
    kill: () => kill('SIGKILL'),
    async close() {
      await kill('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
