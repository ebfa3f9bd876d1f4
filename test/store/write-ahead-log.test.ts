import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { inspectDatabase } from '../../electron/platform/store/inspect-database.ts'
import { readWal } from '../../electron/platform/store/write-ahead-log.ts'

const FRAME = 24 + 4096

/** A database with so many transactions in its log, the bytes of both as a killed process leaves them. */
const written = (transactions: number, before: (sql: Database.Database) => void = () => {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'wal-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'd.sqlite')
  const sql = new Database(file)
  onTestFinished(() => void sql.close())
  sql.pragma('journal_mode = WAL')
  sql.pragma('wal_autocheckpoint = 0')
  sql.exec('CREATE TABLE t (a)')
  before(sql)
  for (let n = 0; n < transactions; n++) sql.prepare('INSERT INTO t VALUES (?)').run(`${n} `.repeat(3000))
  const copy = (name: string) => {
    copyFileSync(join(directory, name), join(directory, `copy-${name}`))
    return readFileSync(join(directory, `copy-${name}`))
  }
  const main = copy('d.sqlite')
  const wal = copy('d.sqlite-wal')
  return { main, wal, pages: Number(sql.pragma('page_count', { simple: true })) }
}
const changed = (bytes: Uint8Array, at: number, to = (byte: number) => byte ^ 0xff): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[at] = to(copy[at] ?? 0)
  return copy
}
const garbage = (bytes: Uint8Array, from: number, until: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, at) => (at >= from && at < until ? (at * 167 + 13) & 0xff : byte))

describe('the log of a database', () => {
  it('is read as SQLite reads it', () => {
    const { wal, pages } = written(20)
    expect(readWal(wal)).toMatchObject({ kind: 'ok', size: pages })
    expect(readWal(new Uint8Array())).toEqual({ kind: 'empty' })
    expect(readWal(wal.subarray(0, 32))).toEqual({ kind: 'empty' })
  })

  it('is whole wherever a power cut ends it', () => {
    const { wal } = written(5)
    for (let length = 0; length <= wal.length; length += 977)
      expect(readWal(wal.subarray(0, length)).kind, `${length}`).not.toBe('damaged')
  })

  it('is whole when the cut tore its last transaction, wherever', () => {
    const { wal } = written(5)
    const last = wal.length - FRAME
    for (let at = last; at < wal.length; at += 511)
      expect(readWal(Uint8Array.from(wal, (byte, n) => (n >= at ? 0 : byte))).kind, `${at}`).toBe('ok')
    expect(readWal(changed(wal, last + 100)).kind).toBe('ok')
  })

  it('is whole with remains of what it held before behind its end', () => {
    const { wal, pages } = written(2, (sql) => {
      for (let round = 0; round < 3; round++) {
        for (let n = 0; n < 30; n++) sql.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(9000))
        sql.pragma('wal_checkpoint(RESTART)')
      }
    })
    expect(wal.length).toBeGreaterThan(60 * FRAME)
    expect(readWal(wal)).toMatchObject({ kind: 'ok', size: pages })
  })

  it('is damaged where anything of its beginning was changed, or all of it is something else', () => {
    const { wal } = written(5)
    for (let at = 0; at < 32; at++) expect(readWal(changed(wal, at)).kind).toBe('damaged')
    expect(readWal(garbage(wal, 0, wal.length))).toEqual({ kind: 'damaged', frame: 0 })
    expect(readWal(new Uint8Array(wal.length))).toEqual({ kind: 'damaged', frame: 0 })
  })

  it('is damaged where a byte of a transaction was changed that others followed', () => {
    const { wal } = written(8)
    const frames = (wal.length - 32) / FRAME
    // All but the last two transactions, of at most four pages each.
    for (let frame = 0; frame < frames - 8; frame++)
      for (const at of [0, 9, 17, 24, 2000, 4100])
        expect(readWal(changed(wal, 32 + frame * FRAME + at)).kind, `${frame} ${at}`).toBe('damaged')
  })

  it('is damaged where a part of it, or all behind a point, is something else', () => {
    const { wal } = written(12)
    expect(readWal(garbage(wal, 32 + 3 * FRAME, 32 + 6 * FRAME)).kind).toBe('damaged')
    expect(readWal(garbage(wal, 32 + 5 * FRAME, wal.length)).kind).toBe('damaged')
  })

  it('never throws, whatever it holds', () => {
    const { wal } = written(3)
    fc.assert(
      fc.property(fc.nat(wal.length), fc.uint8Array({ maxLength: 200 }), (at, bytes) => {
        const copy = Uint8Array.from(wal)
        copy.set(bytes.subarray(0, copy.length - at), at)
        readWal(copy)
        readWal(bytes)
      }),
    )
  })
})

describe('a database, by its bytes', () => {
  const none = new Uint8Array()
  const inspect = (main: Uint8Array, wal: Uint8Array = none) =>
    inspectDatabase({ size: main.length, head: main.subarray(0, 100), wal }).kind

  it('is judged together with its log', () => {
    const { main, wal } = written(20)
    expect(inspect(main, wal)).toBe('ok')
    expect(inspect(main)).toBe('ok')
    expect(inspect(main, garbage(wal, 0, 32))).toBe('logDamaged')
  })

  it('is truncated where pages are in neither', () => {
    const { main, wal } = written(20, (sql) => {
      for (let n = 0; n < 20; n++) sql.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(9000))
      sql.pragma('wal_checkpoint(TRUNCATE)')
    })
    expect(inspect(main, wal)).toBe('ok')
    expect(inspect(main.subarray(0, main.length - 4096), wal)).toBe('truncated')
    expect(inspect(main.subarray(0, main.length / 2))).toBe('truncated')
    expect(inspect(main.subarray(0, 50))).toBe('truncated')
  })

  it('is missing, empty or another file', () => {
    const { main } = written(1)
    expect(inspectDatabase({ size: undefined, head: none, wal: none }).kind).toBe('missing')
    expect(inspect(none)).toBe('empty')
    expect(inspect(garbage(main, 0, main.length))).toBe('foreign')
    expect(inspect(changed(main, 3))).toBe('foreign')
    expect(inspect(new Uint8Array(8192))).toBe('foreign')
    expect(inspect(Buffer.from('hello'))).toBe('foreign')
  })
})
