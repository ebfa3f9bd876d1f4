import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type BlobStore, createBlobStore } from '../../electron/platform/content/blob-store.ts'
import {
  type ContentClaims,
  createContentClaims,
  namingColumns,
} from '../../electron/platform/content/content-claims.ts'
import { tables } from '../../electron/platform/store/check-tables.ts'
import * as schema from '../../electron/platform/store/schema.ts'
import { openStore, type Store } from '../../electron/platform/store/store.ts'

let directory: string
let store: Store
let blobs: BlobStore
let claims: ContentClaims
const arrived: string[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'claims-'))
  store = openStore(directory)
  blobs = await createBlobStore(directory)
  claims = createContentClaims(store, { blobs, contents: { arrived: (sha256) => arrived.push(sha256) } })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
  arrived.length = 0
})

const stage = (text: string) => blobs.stage(Readable.from([Buffer.from(text)]), { name: 'app.bin', maxBytes: 1000 })
const isThere = (sha256: string) => existsSync(blobs.path(sha256))

it('content stays while it is claimed, and goes when nothing has named it by the end of the claim', async () => {
  const file = await stage('one')
  {
    using claim = claims.open()
    await claim.store([file])
    await claims.removeUnused()
    expect([isThere(file.sha256), arrived]).toEqual([true, [file.sha256]])
  }
  await claims.removeUnused()
  expect(isThere(file.sha256)).toBe(false)
})

it('content that two claim stays until the second has ended', async () => {
  const [first, second] = [await stage('same'), await stage('same')]
  using later = claims.open()
  {
    using claim = claims.open()
    await claim.store([first])
    await later.store([second])
  }
  await claims.removeUnused()
  expect(isThere(first.sha256)).toBe(true)
})

it('content that a row names stays when its claim ends, and goes with the row', async () => {
  const file = await stage('two')
  {
    using claim = claims.open()
    await claim.store([file])
    await store.write(() => {
      store.sql.exec("INSERT INTO bench_recipes VALUES (1, 'r', 1, NULL, '{}', 0, 0)")
      store.db.insert(schema.benchRecipeFiles).values({ recipeId: 1, sha256: file.sha256 }).run()
    })
  }
  await claims.removeUnused()
  expect([isThere(file.sha256), [...claims.inUse()]]).toEqual([true, [file.sha256]])
  await store.write(() => store.sql.exec('DELETE FROM bench_recipes'))
  await claims.removeUnused()
  expect(isThere(file.sha256)).toBe(false)
})

it('a claim that could not be stored holds nothing after its end', async () => {
  const [whole, gone] = [await stage('three'), await stage('four')]
  await blobs.discard(gone.id)
  await expect(
    (async () => {
      using claim = claims.open()
      await claim.store([whole, gone])
    })(),
  ).rejects.toMatchObject({ code: 'UPLOAD_GONE' })
  await claims.removeUnused()
  expect([isThere(whole.sha256), claims.inUse().size]).toEqual([false, 0])
})

it('every column that holds a digest of content is known to name it', () => {
  const digests = tables.flatMap((table) => {
    const { name: of, columns } = getTableConfig(table)
    return columns.filter((column) => column.name.endsWith('sha256')).map((column) => `${of}.${column.name}`)
  })
  const known = namingColumns.map(({ table, column }) => `${getTableConfig(table).name}.${column.name}`)
  expect(known.toSorted()).toEqual(digests.toSorted())
})
