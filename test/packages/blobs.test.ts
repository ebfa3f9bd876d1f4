import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlobStore, createBlobStore } from '../../electron/platform/content/blob-store.ts'

const MB = 1024 * 1024
let data: string
let store: BlobStore
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'ota-blobs-'))
  store = await createBlobStore(data)
})
afterEach(() => rm(data, { recursive: true }))

const digest = (method: string, bytes: Buffer) => createHash(method).update(bytes).digest('hex')
const named = { name: 'app.bin', maxBytes: 64 * MB }
const parts = () => readdir(join(data, 'staging'))
const contents = async () =>
  (await readdir(join(data, 'blobs'), { recursive: true })).filter((name) => name.length > 64)
const inChunks = (bytes: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    })(),
  )

describe('a file that arrives', () => {
  it('is hashed on the way and shows under its own name only once it is committed', async () => {
    const bytes = randomBytes(3 * MB + 17)
    const staged = await store.stage(inChunks(bytes, 50_000), named)
    expect(staged).toMatchObject({
      name: 'app.bin',
      size: bytes.length,
      md5: digest('md5', bytes),
      sha256: digest('sha256', bytes),
    })
    expect(await contents()).toEqual([])
    expect(store.staged(staged.id)).toEqual(staged)

    const blob = await store.commit(staged.id)
    expect(blob).toEqual({ sha256: staged.sha256, path: join(data, 'blobs', staged.sha256.slice(0, 2), staged.sha256) })
    expect((await readFile(blob.path)).equals(bytes)).toBe(true)
    expect(await parts()).toEqual([])
    expect(store.path(staged.sha256)).toBe(blob.path)
  })

  it('may come in one piece, larger than any step', async () => {
    const bytes = randomBytes(5 * MB)
    const { id, sha256 } = await store.stage(Readable.from([bytes]), named)
    expect(sha256).toBe(digest('sha256', bytes))
    expect((await readFile((await store.commit(id)).path)).equals(bytes)).toBe(true)
  })

  it('may be a local file', async () => {
    const path = join(data, 'local.bin')
    const bytes = randomBytes(MB + 1)
    await writeFile(path, bytes)
    expect(await store.stageFile(path, { maxBytes: 2 * MB })).toMatchObject({
      name: 'local.bin',
      size: MB + 1,
      md5: digest('md5', bytes),
    })
    expect((await readFile(path)).equals(bytes)).toBe(true)
    await expect(store.stageFile(path, { maxBytes: MB })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    await expect(store.stageFile(join(data, 'none.bin'), named)).rejects.toMatchObject({ code: 'FILE_MISSING' })
    await expect(store.stageFile(data, named)).rejects.toMatchObject({ code: 'FILE_MISSING' })
    expect(await parts()).toHaveLength(1)
  })

  it('of exactly the limit is taken; one byte more is refused before it is written, and the source is let go', async () => {
    await store.stage(Readable.from([Buffer.alloc(1000)]), { ...named, maxBytes: 1000 })
    const source = inChunks(Buffer.alloc(MB), 1000)
    await expect(store.stage(source, { ...named, maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      data: { file: 'app.bin', limit: '0.95 MB' },
    })
    expect(source.destroyed).toBe(true)
    expect(await parts()).toHaveLength(1)
  })

  it('without content is refused', async () => {
    await expect(store.stage(Readable.from([]), named)).rejects.toMatchObject({
      code: 'FILE_EMPTY',
      data: { file: 'app.bin' },
    })
    expect(await parts()).toEqual([])
  })

  it('that is given up midway leaves nothing', async () => {
    const source = new PassThrough()
    const abort = new AbortController()
    const staging = store.stage(source, { ...named, signal: abort.signal })
    source.write(Buffer.alloc(MB))
    await expect.poll(parts).toHaveLength(1)
    abort.abort()
    await expect(staging).rejects.toMatchObject({ name: 'AbortError' })
    expect(source.destroyed).toBe(true)
    expect(await parts()).toEqual([])
  })

  it('whose sender disappears midway leaves nothing', async () => {
    const source = new PassThrough()
    const staging = store.stage(source, named)
    source.write(Buffer.alloc(MB))
    source.destroy(new Error('the connection is gone'))
    await expect(staging).rejects.toThrow('the connection is gone')
    expect(await parts()).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')(
    'that the disk has no room for is refused as that, and nothing is left',
    async () => {
      // The system's own full device in place of the part file: the error is a real one.
      const full = await createBlobStore(data, {
        openPart: async (path) => {
          await writeFile(path, '')
          return open('/dev/full', 'w')
        },
      })
      await expect(full.stage(Readable.from([Buffer.alloc(MB)]), named)).rejects.toMatchObject({
        code: 'DISK_FULL',
        cause: { code: 'ENOSPC' },
      })
      expect(await parts()).toEqual([])
      await store.commit((await store.stage(Readable.from(['enough room']), named)).id)
    },
  )
})

describe('the content of files', () => {
  it('is kept once, however often it comes', async () => {
    const both = await Promise.all([0, 1].map(() => store.stage(Readable.from(['same']), named)))
    const blobs = await Promise.all(both.map(({ id }) => store.commit(id)))
    expect(blobs[0]).toEqual(blobs[1])
    expect(await contents()).toHaveLength(1)
    expect(await parts()).toEqual([])
  })

  it('may be committed again by the same upload, and stays when the upload is dropped', async () => {
    const { id } = await store.stage(Readable.from(['again']), named)
    const blob = await store.commit(id)
    expect(await store.commit(id)).toEqual(blob)
    await store.discard(id)
    await store.discard(id)
    expect((await stat(blob.path)).size).toBe(5)
    await expect(store.commit(id)).rejects.toMatchObject({ code: 'UPLOAD_GONE' })
  })

  it('that lies there cut short is put right by the next upload of it', async () => {
    const { id, sha256 } = await store.stage(Readable.from(['whole']), named)
    await mkdir(join(store.path(sha256), '..'), { recursive: true })
    await writeFile(store.path(sha256), 'who')
    await store.commit(id)
    expect(await readFile(store.path(sha256), 'utf8')).toBe('whole')
  })

  it('is found by nothing but a digest', () => {
    for (const wrong of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`])
      expect(() => store.path(wrong)).toThrow(RangeError)
  })

  it('is deleted once nothing names it any more, and not before somebody has', async () => {
    const [a = '', b = '', c = ''] = await Promise.all(
      ['a', 'b', 'c'].map(
        async (text) => (await store.commit((await store.stage(Readable.from([text]), named)).id)).sha256,
      ),
    )
    await store.removeUnused(() => new Set([a, b]))
    expect((await contents()).map((name) => name.slice(3)).sort()).toEqual([a, b].sort())
    await expect(stat(store.path(c))).rejects.toMatchObject({ code: 'ENOENT' })

    // The next process finds a database that names one of them.
    const next = await createBlobStore(data)
    await next.removeUnused(() => new Set())
    expect(await contents()).toHaveLength(2)
    expect(await next.unnamed(new Set([a]))).toEqual([join('blobs', b.slice(0, 2), b)])
    expect(await next.missing(new Set([a, c]))).toEqual([join('blobs', c.slice(0, 2), c)])
    await next.removeUnused(() => new Set())
    expect((await contents()).map((name) => name.slice(3))).toEqual([b])
  })
})

describe('sweeping', () => {
  it('drops uploads that were not used in time, and none that is still arriving', async () => {
    let now = Date.now()
    const timed = await createBlobStore(data, { clock: { now: () => now } })
    const old = await timed.stage(Readable.from(['old']), named)
    const source = new PassThrough()
    const arriving = timed.stage(source, named)
    source.write('slow')
    now += 3_600_000
    const young = await timed.stage(Readable.from(['young']), named)
    await timed.sweep(3_600_000)
    await expect(timed.commit(old.id)).rejects.toMatchObject({ code: 'UPLOAD_GONE' })
    await timed.commit(young.id)
    source.end()
    await timed.commit((await arriving).id)
    expect(await parts()).toEqual([])
  })

  it('clears what a killed process left, and touches nothing younger than asked', async () => {
    const script = `
      import { createBlobStore } from ${JSON.stringify(new URL('../../electron/platform/content/blob-store.ts', import.meta.url).href)}
      const store = await createBlobStore(${JSON.stringify(data)})
      process.stdout.write('ready')
      await store.stage(process.stdin, { name: 'app.bin', maxBytes: 1e9 })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.stdin.write(Buffer.alloc(MB))
    const sizes = async () =>
      Promise.all((await parts()).map(async (part) => (await stat(join(data, 'staging', part))).size))
    await expect.poll(sizes).toEqual([MB])
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await gone
    expect(await sizes()).toEqual([MB])
    expect(await contents()).toEqual([])

    // What had arrived whole may be all there is of it.
    await writeFile(join(data, 'staging', 'a.whole'), 'whole')
    const next = await createBlobStore(data)
    await next.sweep(3_600_000)
    expect(await parts()).toHaveLength(2)
    for (const name of await parts()) await utimes(join(data, 'staging', name), new Date(0), new Date(0))
    await next.sweep(3_600_000)
    expect(await parts()).toEqual(['a.whole'])
    expect(await next.unnamed(new Set())).toEqual([join('staging', 'a.whole')])
  })
})
