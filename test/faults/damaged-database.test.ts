import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnStation } from '../helpers/station-process.ts'
import { root, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'
import { filesIn, onFullDisk, startHeadless, startSupervised, unprivileged, type Wrapping } from './damaged-hosts.ts'

const DATABASE = 'ota-bench.sqlite'
const hosts = { headless: startHeadless, supervisor: startSupervised } as const

/** A station's directory as a kill left it: of an earlier release, opened by this one, with the last changes in the log. */
let worked: string
/** Its database as it was before the last package came. */
let older: string
const deps: string[] = []

beforeAll(async () => {
  const room = mkdtempSync(join(tmpdir(), 'damaged-'))
  deps.push(room)
  execFileSync('tar', ['-xzf', join(root, 'test/fixtures/data-directories/v0.1.0.tar.gz'), '-C', room], {
    timeout: limits.program,
  })
  worked = join(room, 'v0.1.0')
  older = join(room, DATABASE)
  const ended = (child: { once(event: 'close', listener: () => void): unknown }) =>
    new Promise<void>((resolve) => child.once('close', () => resolve()))
  const first = await spawnStation(worked, '--no-tls')
  const firstEnded = ended(first.child)
  first.child.kill('SIGTERM')
  await firstEnded
  copyFileSync(join(worked, DATABASE), older)
  const second = await spawnStation(worked, '--no-tls')
  const product = await second.call<{ id: number }>('POST', '/products', { name: 'Late', protocol: 'sagoo' })
  const upload = await second.upload('late.bin', Buffer.alloc(9000, 'late'))
  await second.call('POST', '/packages', { productId: product.id, name: 'late', version: '9', uploads: [upload] })
  const secondEnded = ended(second.child)
  second.child.kill('SIGKILL')
  await secondEnded
})
afterAll(() => {
  for (const room of deps) rmSync(room, { recursive: true, force: true })
})

const inDatabase = (data: string, work: (sql: Database.Database) => void): void => {
  const sql = new Database(join(data, DATABASE))
  work(sql)
  sql.close()
}
/** Overwrites bytes in the middle of a file. */
const overwrite = (file: string, from: number, bytes: Buffer): void => {
  const all = readFileSync(file)
  bytes.copy(all, from)
  writeFileSync(file, all)
}

interface Case {
  readonly damage: (data: string) => void
  readonly how?: Wrapping
  /** The start failure; undefined: the station starts. */
  readonly failure?: string
  /** The file that the words name. */
  readonly names?: string
  /** What the log says where it starts. */
  readonly says?: RegExp
}

const cases: Readonly<Record<string, Case>> = {
  missing: { damage: (data) => rmSync(join(data, DATABASE)), failure: 'DATABASE_MISSING' },
  empty: { damage: (data) => truncateSync(join(data, DATABASE)), failure: 'DATABASE_EMPTY' },
  truncated: {
    damage: (data) => truncateSync(join(data, DATABASE), Math.floor(statSync(join(data, DATABASE)).size / 2)),
    failure: 'DATABASE_DAMAGED',
  },
  garbage: {
    damage: (data) => writeFileSync(join(data, DATABASE), Buffer.alloc(100_000, 'garbage ')),
    failure: 'DATABASE_FOREIGN',
  },
  'garbage within': {
    damage(data) {
      inDatabase(data, (sql) => sql.pragma('wal_checkpoint(TRUNCATE)'))
      const pages = Math.floor(statSync(join(data, DATABASE)).size / 4096)
      overwrite(join(data, DATABASE), Math.floor(pages / 3) * 4096, Buffer.alloc(30 * 4096, 0xee))
    },
    failure: 'DATABASE_DAMAGED',
  },
  'wrong header': {
    damage: (data) => overwrite(join(data, DATABASE), 0, Buffer.from('SQLite format 9')),
    failure: 'DATABASE_FOREIGN',
  },
  "another program's": {
    damage(data) {
      for (const end of ['', '-wal', '-shm']) rmSync(join(data, `${DATABASE}${end}`), { force: true })
      inDatabase(data, (sql) => sql.exec('CREATE TABLE cats (name TEXT)'))
    },
    failure: 'DATABASE_FOREIGN',
  },
  'a table gone': {
    damage: (data) => inDatabase(data, (sql) => sql.exec('PRAGMA foreign_keys = OFF; DROP TABLE audit')),
    failure: 'DATABASE_DAMAGED',
  },
  'WAL lost': {
    damage: (data) => rmSync(join(data, `${DATABASE}-wal`)),
    says: /older than the database last used|ota-bench[.]sqlite-wal is missing/,
  },
  'WAL garbage': {
    damage: (data) => writeFileSync(join(data, `${DATABASE}-wal`), Buffer.alloc(100_000, 'garbage ')),
    failure: 'DATABASE_LOG_DAMAGED',
    names: `${DATABASE}-wal`,
  },
  'WAL damaged within': {
    damage: (data) => overwrite(join(data, `${DATABASE}-wal`), 32 + 100, Buffer.alloc(64, 0xee)),
    failure: 'DATABASE_LOG_DAMAGED',
    names: `${DATABASE}-wal`,
  },
  older: {
    damage(data) {
      for (const end of ['-wal', '-shm']) rmSync(join(data, `${DATABASE}${end}`))
      copyFileSync(older, join(data, DATABASE))
    },
    says: /older than the database last used/,
  },
  newer: {
    damage: (data) => inDatabase(data, (sql) => sql.pragma('user_version = 9999')),
    failure: 'DATABASE_TOO_NEW',
  },
  'read-only': {
    damage: (data) => chmodSync(join(data, DATABASE), 0o400),
    how: unprivileged,
    failure: 'DATA_READ_ONLY',
  },
  'read-only directory': {
    damage: (data) => chmodSync(data, 0o500),
    how: unprivileged,
    failure: 'DATA_READ_ONLY',
    names: 'data',
  },
  'foreign owner': {
    damage(data) {
      chownSync(join(data, DATABASE), 65_534, 65_534)
      chmodSync(join(data, DATABASE), 0o600)
    },
    how: unprivileged,
    failure: 'DATA_OTHER_OWNER',
  },
  'full disk': {
    // Its log moved into it: that would make some room.
    damage: (data) => inDatabase(data, (sql) => sql.pragma('wal_checkpoint(TRUNCATE)')),
    how: onFullDisk,
    failure: 'DISK_FULL',
    names: 'data',
  },
  'lock damaged': { damage: (data) => writeFileSync(join(data, 'station.lock'), 'pid 1 of somebody') },
  'lock no file': {
    damage(data) {
      rmSync(join(data, 'station.lock'), { force: true })
      mkdirSync(join(data, 'station.lock'))
    },
    failure: 'DATA_UNREADABLE',
    names: 'station.lock',
  },
}

/** Whether this machine lets us take our own rights away, or mount a disk. */
const works = (wrapping: Wrapping): boolean => {
  using room = scratch()
  const data = join(room.path, 'data')
  mkdirSync(data)
  const [command = '', ...args] = wrapping.map((word) => (word === '{}' ? data : word))
  return spawnSync(command, [...args, 'true'], { timeout: limits.program }).status === 0
}
const may: ReadonlyMap<Wrapping | undefined, boolean> = new Map([
  [undefined, true],
  [unprivileged, process.getuid?.() === 0 && works(unprivileged)],
  [onFullDisk, works(onFullDisk)],
])

/** A damaged copy, removed at the end of its scope. */
const damaged = ({ damage }: Case): Disposable & { readonly data: string } => {
  const room = scratch()
  const data = join(room.path, 'data')
  cpSync(worked, data, { recursive: true, preserveTimestamps: true })
  damage(data)
  return {
    data,
    [Symbol.dispose]() {
      chmodSync(data, 0o700)
      room[Symbol.dispose]()
    },
  }
}

describe.each(Object.entries(hosts))('a database, under the %s,', (host, start) => {
  for (const [name, one] of Object.entries(cases)) {
    it.skipIf(!may.get(one.how))(`${name}: no file is lost, no loop, and words`, async () => {
      using copy = damaged(one)
      const before = filesIn(copy.data)
      const outcome = await start(copy.data, one.how)
      expect(outcome.starts).toBe(1)
      if (one.failure === undefined) {
        expect(outcome.ready, outcome.log).toBe(true)
        expect(outcome.exitCode).toBe(0)
        if (one.says) expect(outcome.log).toMatch(one.says)
        // The database and the log are written to; everything else is there, wherever.
        const kept = new Set(outcome.files.values())
        for (const [path, sum] of before)
          if (!path.startsWith(DATABASE) && !path.startsWith('logs/') && !path.endsWith('station.lock'))
            expect(kept.has(sum), path).toBe(true)
        return
      }
      expect(outcome.failure, outcome.log).toBe(one.failure)
      expect(outcome.exitCode).toBe(1)
      expect(outcome.words).toHaveLength(2)
      for (const words of outcome.words) expect(words).toContain(one.names ?? DATABASE)
      expect(outcome.words[1]).toMatch(/[\u4e00-\u9fff]/)
      if (host === 'headless' && one.failure.startsWith('DATABASE_'))
        for (const words of outcome.words) {
          expect(words).toMatch(/ota-bench-\d{8}T\d{6}Z[.]sqlite.*--restore-backup/)
          expect(words).toContain('--set-aside')
        }
      // What the log held may stand in the database by then: all else lies where it lay, as it was.
      const mayBeSettled = ['newer', 'a table gone'].includes(name)
      for (const [path, sum] of before)
        if (!mayBeSettled || !path.startsWith(DATABASE)) expect(outcome.files.get(path), path).toBe(sum)
    })
  }
})

describe('a way on, headless:', () => {
  const unusable = Object.entries(cases).filter(([, { failure }]) => failure?.startsWith('DATABASE_'))

  it.each(unusable)('%s: --set-aside begins anew, and everything old is in one folder', async (_, one) => {
    using copy = damaged(one)
    const before = filesIn(copy.data)
    const outcome = await startHeadless(copy.data, [], '--set-aside')
    expect(outcome.ready, outcome.log).toBe(true)
    const folder = [...outcome.files.keys()].find((path) => path.endsWith('list.json'))?.replace(/list[.]json$/, '')
    expect(folder).toMatch(/^set-aside[/]\d{8}T\d{6}Z[/]$/)
    for (const [path, sum] of before)
      if (!path.startsWith(DATABASE)) expect(outcome.files.get(`${folder}${path}`), path).toBe(sum)
    expect(existsSync(join(copy.data, folder ?? '', DATABASE))).toBe(before.has(DATABASE))
    expect(readFileSync(join(copy.data, 'tls', 'ca.key'))).toEqual(readFileSync(join(worked, 'tls', 'ca.key')))
  })

  it('--set-aside that was left in a script takes nothing away', async () => {
    using copy = damaged({ damage: () => {} })
    const outcome = await startHeadless(copy.data, [], '--set-aside')
    expect(outcome.ready).toBe(true)
    expect(outcome.log).toContain('--set-aside has moved nothing')
    expect([...outcome.files.keys()].filter((path) => path.startsWith('set-aside'))).toEqual([])
  })

  it.each(unusable)('%s: --restore-backup brings the newest backup', async (_, one) => {
    using copy = damaged(one)
    const outcome = await startHeadless(copy.data, [], '--restore-backup')
    expect(outcome.ready, outcome.log).toBe(true)
    inDatabase(copy.data, (sql) =>
      expect(sql.prepare('SELECT count(*) FROM products').pluck().get()).toBeGreaterThan(0),
    )
  })
})

it.skipIf(!may.get(unprivileged))('a backup that may not be read is refused in words, and nothing moves', async () => {
  using copy = damaged({ damage: () => {} })
  const backup = join(copy.data, '..', 'backup.sqlite')
  copyFileSync(older, backup)
  chownSync(backup, 65_534, 65_534)
  chmodSync(backup, 0o600)
  const before = filesIn(copy.data)
  const outcome = await startHeadless(copy.data, unprivileged, '--restore-backup', backup)
  expect(outcome.failure, outcome.log).toBe('BACKUP_DAMAGED')
  expect(outcome.exitCode).toBe(1)
  for (const words of outcome.words) expect(words).toContain(backup)
  expect(outcome.files).toEqual(before)
})

it('a lock that was deleted while a station runs lets no second one in', async () => {
  using room = scratch()
  const data = join(room.path, 'data')
  cpSync(worked, data, { recursive: true })
  const first = await spawnStation(data, '--no-tls')
  const ended = new Promise((resolve) => first.child.once('close', resolve))
  rmSync(join(data, 'station.lock'))
  // The second makes another, which must not help the third.
  for (const start of [startHeadless, startSupervised]) {
    const second = await start(data)
    expect(second.failure, second.log).toBe('DATA_IN_USE')
    expect(second.starts).toBe(1)
  }
  expect((await first.call<{ items: unknown[] }>('GET', '/products')).items.length).toBeGreaterThan(0)
  first.child.kill('SIGTERM')
  await ended
})
