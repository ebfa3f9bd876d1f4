import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bsdiff } from '../../electron/platform/delta-engine/bsdiff.ts'
import { createDeltaEngine } from '../../electron/platform/delta-engine/delta-engine.ts'
import { BadDeltaError, UnsupportedImageError } from '../../electron/platform/delta-engine/delta-format.ts'
import { largestView } from '../../electron/platform/delta-engine/format-limits.ts'
import { viewOf } from '../../electron/platform/delta-engine/zip/view.ts'
import { zip } from '../../electron/platform/delta-engine/zip/zip.ts'
import { run } from '../helpers/program.ts'

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

let folder: string

const archives = async (level: number): Promise<readonly [before: Buffer, after: Buffer]> => {
  const paths = [join(folder, `old${level}.zip`), join(folder, `new${level}.zip`)] as const
  await run('python3', [join(import.meta.dirname, 'make_zips.py'), String(level), ...paths])
  return [await readFile(paths[0]), await readFile(paths[1])]
}

let before: Buffer
let after: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-patches-'))
  ;[before, after] = await archives(6)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('archives made by stock zlib', () => {
  test.each([1, 6, 9])('of level %i come back bit for bit', async (level) => {
    const [old, next] = await archives(level)
    const delta = await zip.make(old, next, {})
    expect(same(await zip.restore(old, delta, next.length), next)).toBe(true)
  })

  test('give patches a fifth as large as without a look inside', async () => {
    const delta = await zip.make(before, after, {})
    expect(delta.length * 5).toBeLessThan((await bsdiff.make(before, after, {})).length)
  })

  test('are inflated in every entry, with a data descriptor behind or not', () => {
    expect(viewOf(before).entries.length).toBe(26)
    expect(Buffer.from(viewOf(before).bytes).includes('module 99 entry 399')).toBe(true)
  })
})

test('an entry that no settings of zlib give stays as it is', async () => {
  const [old, next] = [Buffer.from(before), Buffer.from(after)]
  // The first entry's stream ends in other bits now: it inflates no more.
  for (const archive of [old, next]) archive.fill(0xff, 100, 140)
  expect(viewOf(old).entries.length).toBe(25)
  const delta = await zip.make(old, next, {})
  expect(same(await zip.restore(old, delta, next.length), next)).toBe(true)
})

test('the limit holds', async () => {
  const delta = await zip.make(before, after, {})
  await expect(zip.restore(before, delta, after.length - 1)).rejects.toThrow(BadDeltaError)
})

test('a patch for another archive is refused', async () => {
  const delta = await zip.make(before, after, {})
  await expect(zip.restore(after, delta, after.length)).rejects.toThrow(BadDeltaError)
})

test('what is no ZIP, or ZIP64, is refused in words', async () => {
  const zip64 = Buffer.from(before)
  zip64.writeUInt16LE(0xffff, zip64.length - 12)
  await expect(zip.make(Buffer.alloc(1000), after, {})).rejects.toThrow('it is not a ZIP archive')
  await expect(zip.make(before, Buffer.alloc(10), {})).rejects.toThrow(UnsupportedImageError)
  await expect(zip.make(zip64, after, {})).rejects.toThrow('it is a ZIP64 archive')
})

test('the engine makes them in its thread, and tells a technician what it cannot take', async () => {
  const engine = createDeltaEngine()
  try {
    const [old, next] = [join(folder, 'old6.zip'), join(folder, 'new6.zip')]
    const { delta } = await engine.make({ before: old, after: next, format: 'zip' })
    expect(same(await zip.restore(before, delta, after.length), after)).toBe(true)
    const plain = join(import.meta.dirname, 'make_zips.py')
    await expect(engine.make({ before: plain, after: next, format: 'zip' })).rejects.toMatchObject({
      code: 'DIFF_UNSUPPORTED',
      data: { detail: 'it is not a ZIP archive' },
    })
  } finally {
    await engine.close()
  }
})

test.each([
  ['more than a view may hold', 0xf0000000],
  ['less than is in it', 100],
])('an entry that claims %s stays as it is', (_, size) => {
  const archive = Buffer.from(before)
  archive.writeUInt32LE(size, archive.readUInt32LE(archive.length - 6) + 24)
  expect(viewOf(archive).entries.length).toBe(25)
})

test.each([
  ['one entry', 100, 1],
  ['many entries', 4, 40],
])(
  'an archive that is a thousand times as large inside, in %s, takes no more memory than its size lets expect',
  async (_, megabytes, entries) => {
    const bombs = await Promise.all(
      ['first', 'second'].map(async (text) => {
        const path = join(folder, `bomb-${entries}-${text}.zip`)
        await run('python3', [
          join(import.meta.dirname, 'make_bomb.py'),
          String(megabytes),
          String(entries),
          text,
          path,
        ])
        return readFile(path)
      }),
    )
    const [old, next] = bombs as [Buffer, Buffer]
    for (const bomb of bombs) {
      expect(bomb.length).toBeLessThan(300_000)
      expect(viewOf(bomb).bytes.length).toBeLessThanOrEqual(largestView(bomb.length))
    }
    // What is honest in it is looked into all the same.
    expect(Buffer.from(viewOf(old).bytes).includes('first 98\nfirst 99')).toBe(true)
    const delta = await zip.make(old, next, {})
    expect(same(await zip.restore(old, delta, next.length), next)).toBe(true)
  },
)

test('whatever is wrong with an archive, it has a view or is refused', () => {
  const directory = before.readUInt32LE(before.length - 6)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: directory, max: before.length - 1 }), fc.nat(255)), { maxLength: 8 }),
      (changes) => {
        const archive = Buffer.from(before)
        for (const [at, value] of changes) archive[at] = value
        try {
          expect(viewOf(archive).bytes.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(UnsupportedImageError)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('whatever is wrong with a patch, it ends in BadDeltaError or within the limit', async () => {
  const delta = Uint8Array.from(await zip.make(before, after, {}))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.oneof(fc.nat(30), fc.nat(delta.length - 1)), fc.nat(255)), { maxLength: 4 }),
      fc.nat(delta.length),
      fc.boolean(),
      async (changes, cut, whole) => {
        const copy = delta.slice(0, whole ? delta.length : cut)
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value
        try {
          expect((await zip.restore(before, copy, after.length)).length).toBeLessThanOrEqual(after.length)
        } catch (error) {
          expect(error).toBeInstanceOf(BadDeltaError)
        }
      },
    ),
    { numRuns: 100 },
  )
})
