import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImageCache } from '../../electron/platform/download/image-cache.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ota-images-'))
})
afterEach(() => rm(directory, { recursive: true }))

const image = async (sha256: string, size: number) => {
  const path = join(directory, sha256)
  await writeFile(path, Buffer.alloc(size, sha256))
  return { sha256, path, size }
}

describe('the image cache', () => {
  it('reads an image once for all who ask while it is read', async () => {
    const cache = createImageCache({ totalBytes: 100, imageBytes: 100 })
    const a = await image('a', 10)
    const [first, second] = await Promise.all([cache.load(a), cache.load(a)])
    expect(first).toBe(second)
    expect(first?.toString()).toBe('aaaaaaaaaa')
    expect(cache.peek('a')).toBe(first)
    expect(cache.bytes).toBe(10)
  })

  it('lets the least recently used go first, and never holds more than its limit', async () => {
    const cache = createImageCache({ totalBytes: 25, imageBytes: 20 })
    await cache.load(await image('a', 10))
    await cache.load(await image('b', 10))
    cache.peek('a')
    await cache.load(await image('c', 10))
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')].map(Boolean)).toEqual([true, false, true])
    expect(cache.bytes).toBe(20)
  })

  it('does not take what is too large, nor what finds no room beside images still being read', async () => {
    const cache = createImageCache({ totalBytes: 25, imageBytes: 20 })
    expect(cache.load(await image('a', 21))).toBeUndefined()
    const [b, c] = [await image('b', 20), await image('c', 20)]
    const reading = cache.load(b)
    expect(cache.load(c)).toBeUndefined()
    await reading
    expect(await cache.load(c)).toHaveLength(20)
  })

  it('gives the room back when an image cannot be read, and tries again next time', async () => {
    const cache = createImageCache({ totalBytes: 25, imageBytes: 20 })
    const missing = { sha256: 'x', path: join(directory, 'x'), size: 20 }
    await expect(cache.load(missing)).rejects.toThrow('ENOENT')
    await image('x', 5)
    await expect(cache.load(missing)).rejects.toThrow('ends after 5 of 20')
    expect(cache.bytes).toBe(0)
    expect(await cache.load(await image('x', 20))).toHaveLength(20)
  })
})
