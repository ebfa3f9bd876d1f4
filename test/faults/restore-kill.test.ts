import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { HeldRestore, Package, Product } from '#shared/schema.ts'
import { formOf } from '../helpers/http.ts'
import { seeded } from '../helpers/seeded.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'

const KILLS = 8
const random = seeded(20_261_130)
const token = 'restore-kill'
const headers = { Authorization: `Bearer ${token}` }

const start = (data: string) => launch(process.execPath, [builtStation, '--data', data, '--token', token, ...anyPorts])

const products = async (api: string): Promise<string[]> => {
  const response = await fetch(`${api}/products`, { headers })
  return ((await response.json()) as { items: Product[] }).items.map(({ name }) => name)
}

const make = async (api: string, name: string): Promise<Package> => {
  const made = await fetch(`${api}/products`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name, protocol: 'sagoo' }),
  })
  const { id } = (await made.json()) as Product
  const form = formOf([['app.bin', randomBytes(200_000)]], {
    productId: id,
    name: `of ${name}`,
    version: '1',
    verify: 'false',
  })
  const response = await fetch(`${api}/packages`, { method: 'POST', headers, body: form })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Package
}

it('a station takes a restore without being started by anybody, on the same addresses', async () => {
  using data = scratch()
  await using station = start(data.path)
  const { api, http, mqtt } = await ready(station)
  await make(api, 'before')
  const archive = Buffer.from(await (await fetch(`${api}/backup`, { headers })).arrayBuffer())
  await make(api, 'after')
  const answer = await fetch(`${api}/backup/restore`, { method: 'POST', headers, body: archive })
  expect(((await answer.json()) as HeldRestore & { restarting: boolean }).restarting).toBe(true)
  await until(
    () => products(api).catch(() => []),
    (names) => names.length === 1,
  )
  expect(station.child.exitCode).toBeNull()
  // One ready line, and the addresses that it told.
  expect(station.out().trim().split('\n')).toHaveLength(1)
  expect(station.err()).toContain('the database was restored')
  expect((await fetch(`${http}/ota/x`)).status).toBe(404)
  expect(mqtt).toMatch(/:\d+$/)
  station.child.kill('SIGTERM')
  expect(await station.ended).toBe(0)
})

it('a station that is killed at any moment of a restore has the data of before or those of the backup, whole', async () => {
  using data = scratch()
  let names: string[] = []
  let archive = Buffer.alloc(0)
  {
    await using station = start(data.path)
    const { api } = await ready(station)
    await make(api, 'first')
    archive = Buffer.from(await (await fetch(`${api}/backup`, { headers })).arrayBuffer())
    await make(api, 'second')
    names = await products(api)
  }
  for (let round = 0; round < KILLS; round++) {
    {
      await using station = start(data.path)
      const { api } = await ready(station)
      const sent = fetch(`${api}/backup/restore`, { method: 'POST', headers, body: archive })
        .then((response) => response.text())
        .catch(() => '')
      // From the first byte on to well after the swap, which a round later may come earlier or later.
      const kilobytes = Math.floor(random() * 800)
      await Promise.race([
        until(
          () =>
            sizeOf(join(data.path, 'restore')) + 400 * Number(existsSync(join(data.path, 'restore', 'pending.json'))),
          (size) => size >= kilobytes,
        ).catch(() => undefined),
        sent,
      ])
      for (let turns = Math.floor(random() * 60); turns > 0; turns--)
        await new Promise((resolve) => setImmediate(resolve))
      station.child.kill('SIGKILL')
      await station.ended
      await sent
    }
    await using station = start(data.path)
    const { api } = await ready(station)
    const found = await products(api)
    const restored = found.length === 1
    expect(restored ? found : [...found].sort(), `round ${round}`).toEqual(restored ? ['first'] : [...names].sort())
    expect(existsSync(join(data.path, 'restore')), `round ${round}`).toBe(false)
    // Every file that the database names is there.
    const list = (await (await fetch(`${api}/packages`, { headers })).json()) as { items: Package[] }
    for (const { files } of list.items)
      for (const { sha256, size } of files)
        expect(statSync(join(data.path, 'blobs', sha256.slice(0, 2), sha256)).size).toBe(size)
    station.child.kill('SIGTERM')
    expect(await station.ended).toBe(0)
    const sql = new Database(join(data.path, 'ota-bench.sqlite'), { readonly: true })
    expect(sql.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    sql.close()
    // What was replaced is there, and says what it is.
    if (restored) {
      const aside = join(data.path, 'set-aside')
      const [last = ''] = readdirSync(aside).sort().reverse()
      expect(readdirSync(join(aside, last))).toEqual(expect.arrayContaining(['ota-bench.sqlite', 'blobs']))
    }
    if (restored) {
      await using again = start(data.path)
      await make((await ready(again)).api, 'second')
      names = await products((await ready(again)).api)
    }
  }
})

/** Kilobytes of all files below a folder; 0 where there is none. */
const sizeOf = (folder: string): number => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
      (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size / 1024 : 0),
      0,
    )
  } catch {
    return 0
  }
}
