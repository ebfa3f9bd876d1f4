import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, truncateSync, watch, writeFileSync } from 'node:fs'
import { get, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { formOf } from '../helpers/http.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'
import { mayMount, stationOnSmallDisk } from './small-disk.ts'

const MB = 1024 * 1024
const PACKAGE_BYTES = 6 * MB

/** Begins to send an archive; `rest` sends what is left of it and resolves with the answer. */
const sendInTwo = (url: string, archive: Buffer, first: number) => {
  const answer = Promise.withResolvers<{ status: number | undefined; body: Record<string, unknown> }>()
  const call = request(
    url,
    { method: 'POST', headers: { Authorization: 'Bearer t', 'Content-Length': archive.length } },
    (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => answer.resolve({ status: response.statusCode, body: JSON.parse(text) }))
    },
  )
  call.on('error', answer.reject)
  // Where the test is over before it waits for the answer, nobody is to hear of it.
  answer.promise.catch(() => undefined)
  call.write(archive.subarray(0, first))
  return {
    rest() {
      call.end(archive.subarray(first))
      return answer.promise
    },
  }
}

/** A station with a product and a package, a whole backup of it, and a product that came after that. */
const backedUp = async () => {
  const station = await stationOnSmallDisk('110m')
  const { call, api, disk } = station
  const { body: product } = await call('POST', '/products', { name: 'P', protocol: 'sagoo' })
  const form = formOf([['app.bin', randomBytes(PACKAGE_BYTES)]], {
    productId: Number(product.id),
    name: 'a',
    version: '1',
  })
  expect(await call('POST', '/packages', form)).toMatchObject({ status: 200 })
  const response = await fetch(`${api}/backup`, { headers: { Authorization: 'Bearer t' } })
  expect(response.status).toBe(200)
  const archive = Buffer.from(await response.arrayBuffer())
  await call('POST', '/products', { name: 'Later', protocol: 'sagoo' })
  return {
    ...station,
    archive,
    /** Leaves so many bytes of the disk. */
    leave(bytes: number) {
      const { bavail, bsize } = statfsSync(disk)
      try {
        writeFileSync(join(disk, 'more'), Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
      } catch (error) {
        // The station writes meanwhile: then the disk is full before all of it is there.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    makeRoom: () => rmSync(join(disk, 'more')),
    async expectUntouched() {
      const { body } = await call('GET', '/products')
      expect((body.items as { name: string }[]).map(({ name }) => name).sort()).toEqual(['Later', 'P'])
      expect((await call('GET', '/packages')).body.items).toMatchObject([{ name: 'a', damagedFiles: [] }])
      expect(readdirSync(join(disk, 'backups')).filter((name) => name.startsWith('archive-'))).toEqual([])
      expect(existsSync(join(disk, 'restore'))).toBe(false)
      expect((await call('GET', '/backup/status')).body).toEqual({ running: null, held: null, restarting: false })
    },
  }
}

const full = { status: 507, body: { code: 'DISK_FULL', data: { retryable: true } } }

describe.skipIf(!mayMount())('on a disk without room for a backup', () => {
  it('a whole backup and a restore are refused in words, leave nothing, and are made once there is room', async () => {
    const { call, api, archive, leave, makeRoom, expectUntouched } = await backedUp()
    leave(60 * MB)
    const made = await call('GET', '/backup')
    expect(made).toMatchObject(full)
    expect(made.body.message).toContain('Free some space')
    expect((await call('GET', '/backup', undefined, 'zh')).body.message).toContain('磁盘空间不足')
    const restored = await sendInTwo(`${api}/backup/restore`, archive, 4096).rest()
    expect(restored).toMatchObject(full)
    expect(restored.body.message).toContain('Free some space')
    await expectUntouched()

    makeRoom()
    const again = await fetch(`${api}/backup`, { headers: { Authorization: 'Bearer t' } })
    expect(again.status).toBe(200)
    expect((await again.arrayBuffer()).byteLength).toBeGreaterThan(PACKAGE_BYTES)
    expect(await sendInTwo(`${api}/backup/restore?hold=true`, archive, 4096).rest()).toMatchObject({
      status: 200,
      body: { whole: true, missingFiles: 0, holds: { products: 1, packages: 1 } },
    })
  })

  it('a restore whose disk fills up while it is received is refused in words and leaves nothing', async () => {
    const { api, disk, archive, leave, makeRoom, expectUntouched } = await backedUp()
    const sending = sendInTwo(`${api}/backup/restore`, archive, archive.length - 4 * MB)
    // The package's file is there in part: all checks of the room are passed.
    const ready = join(disk, 'restore', 'ready', 'blobs')
    await until(
      () => existsSync(ready) && readdirSync(ready).length > 0,
      (begun) => begun,
    )
    leave(0)
    expect(await sending.rest()).toMatchObject(full)
    makeRoom()
    await expectUntouched()
  })
})

describe('a whole backup that cannot be made or sent to its end', () => {
  it.skipIf(!mayMount())(
    'is refused in words where the disk fills up while it is made, and leaves nothing',
    async () => {
      const { station, call, api, disk, leave, makeRoom, expectUntouched } = await backedUp()
      // A database that takes a while to copy.
      const csv = Array.from({ length: 20_000 }, (_, n) => `${'device'.repeat(8)}-${n}`).join('\n')
      expect(await call('POST', '/devices/import', { productId: 1, csv })).toMatchObject({ status: 200 })
      const pid = station.child.pid ?? 0
      const begun = (): boolean => readdirSync(join(disk, 'backups')).some((name) => name.startsWith('archive-'))
      let answer: Awaited<ReturnType<typeof call>> | undefined
      // The moment the copy begins is caught from outside, now and then too late.
      for (let round = 0; answer?.status !== 507 && round < 20; round++) {
        const stop = watch(join(disk, 'backups'), () => {
          if (begun()) process.kill(pid, 'SIGSTOP')
        })
        const asked = fetch(`${api}/backup`, { headers: { Authorization: 'Bearer t' } })
        await until(
          () => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T '),
          (isStopped) => isStopped,
        )
        stop.close()
        leave(0)
        process.kill(pid, 'SIGCONT')
        const response = await asked
        const text = await response.text()
        answer = { status: response.status, body: response.status === 507 ? JSON.parse(text) : {} }
        makeRoom()
      }
      expect(answer).toMatchObject(full)
      expect(answer?.body.message).toContain('Free some space')
      await expectUntouched()
    },
  )

  it('is cut off before its end where it cannot be read any more, says so in the log, and leaves nothing', async () => {
    using data = scratch()
    const lines: { msg: string }[] = []
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
    const station = await startTestStation({ directory: data.path, logger })
    const sql = new Database(join(data.path, 'ota-bench.sqlite'))
    // More than lies in the buffers of a connection.
    sql.prepare(`INSERT INTO key_values (key, value) VALUES ('filler', ?)`).run('x'.repeat(40 * MB))
    sql.close()
    const folder = join(data.path, 'backups')
    const copies = () => readdirSync(folder).filter((name) => name.startsWith('archive-'))
    const headers = { Authorization: `Bearer ${station.ready.token}` }
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(`${station.ready.api}/backup`, { headers }, resolve).once('error', reject),
    )
    expect(response.statusCode).toBe(200)
    // The reader has taken nothing yet, so the copy is still read.
    const [copy] = copies()
    truncateSync(join(folder, copy ?? ''), 4096)
    let received = 0
    response.on('data', (piece: Buffer) => {
      received += piece.length
    })
    const ended = await new Promise((resolve) => response.once('error', resolve).once('end', () => resolve('whole')))
    expect(ended).toMatchObject({ code: 'ECONNRESET' })
    expect(received).toBeLessThan(Number(response.headers['content-length']))
    await until(copies, (left) => left.length === 0)
    expect(lines.filter(({ msg }) => msg.startsWith('a backup was cut off'))).toHaveLength(1)
    expect((await station.rest('GET', '/backup/status')).body).toMatchObject({ running: null })
  })
})
