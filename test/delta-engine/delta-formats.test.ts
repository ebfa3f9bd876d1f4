import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { bsdiff } from '../../electron/platform/delta-engine/bsdiff.ts'
import { bzip2 } from '../../electron/platform/delta-engine/bzip2/encode.ts'
import { BadDeltaError } from '../../electron/platform/delta-engine/delta-format.ts'
import { deltaCodecs } from '../../electron/platform/delta-engine/delta-formats.ts'
import { zstd } from '../../electron/platform/delta-engine/zstd.ts'
import { imagePair, programPair } from '../helpers/firmware-images.ts'
import { limits } from '../limits.mjs'

// zip takes archives alone: test/delta-engine/zip-deltas.test.ts.
const formats = Object.values(deltaCodecs).filter(({ name }) => name !== 'zip')
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Runs a program in a directory with `old`, `new` and `delta` in it; what it wrote to `out`. */
const run = (before: Uint8Array, delta: Uint8Array, program: string, ...words: string[]): Buffer => {
  const directory = mkdtempSync(join(tmpdir(), 'patch-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'old'), before)
  writeFileSync(join(directory, 'patch'), delta)
  const { status, stderr } = spawnSync(program, words, { cwd: directory, timeout: limits.program })
  if (status !== 0) throw new Error(String(stderr))
  return readFileSync(join(directory, 'out'))
}

test.each(formats)('$name leads from any image to any other', async ({ make, restore }) => {
  await fc.assert(
    fc.asyncProperty(imagePair, async ([before, after]) => {
      const delta = await make(before, after, {})
      expect(same(await restore(before, delta, after.length), after)).toBe(true)
    }),
  )
})

test.each(formats)(
  'a program of $name takes a fraction of its size, and its progress never falls',
  async ({ make, restore }) => {
    const [before, after] = programPair(60_000)
    const seen: number[] = []
    const delta = await make(before, after, { onProgress: (share) => seen.push(share) })
    expect(delta.length).toBeLessThan(after.length * 0.3)
    expect(same(await restore(before, delta, after.length), after)).toBe(true)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(1)
  },
)

test.each(formats)(
  'whatever is wrong with a patch of $name, it ends in BadDeltaError or within the limit',
  async ({ make, restore }) => {
    const [before, after] = programPair(3000)
    const delta = await make(before, after, {})
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(delta.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(delta.length),
        fc.boolean(),
        async (changes, cut, whole) => {
          const copy = delta.slice(0, whole ? delta.length : cut)
          for (const [at, value] of changes) if (at < copy.length) copy[at] = value
          try {
            expect((await restore(before, copy, 5000)).length).toBeLessThanOrEqual(5000)
          } catch (error) {
            expect(error).toBeInstanceOf(BadDeltaError)
          }
        },
      ),
      { numRuns: 200 },
    )
  },
)

test.each(formats)('$name finds what stood further back, where the new image begins with it', async (format) => {
  const [image] = programPair(20_000)
  // The first matches are shorter than what is found there first, and grow backwards to the very beginning.
  for (const [before, after] of [
    [image, image.slice(5000)],
    [image, Uint8Array.from([image[5000] as number, 1, ...image.slice(5002)])],
    [image, image.slice(5000).fill(7, 3, 4)],
  ] as const) {
    const delta = await format.make(before, after, {})
    expect(same(await format.restore(before, delta, after.length), after)).toBe(true)
    expect(delta.length).toBeLessThan(1000)
    if (format === bsdiff) expect(same(run(before, delta, 'bspatch', 'old', 'out', 'patch'), after)).toBe(true)
  }
})

test.each(formats)('a patch of $name to more than allowed is refused', async ({ make, restore }) => {
  const [before, after] = programPair(3000)
  const delta = await make(before, after, {})
  await expect(restore(before, delta, after.length - 1)).rejects.toThrow(BadDeltaError)
})

test('bspatch restores a bsdiff patch', async () => {
  for (const [before, after] of [programPair(50_000), [new Uint8Array(1), new Uint8Array(5000)] as const]) {
    const delta = await bsdiff.make(before, after, {})
    expect(same(run(before, delta, 'bspatch', 'old', 'out', 'patch'), after)).toBe(true)
  }
})

test('a patch that Debian bsdiff made is restored', async () => {
  const [before, after] = programPair(50_000)
  const directory = mkdtempSync(join(tmpdir(), 'patch-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'old'), before)
  writeFileSync(join(directory, 'new'), after)
  expect(spawnSync('bsdiff', ['old', 'new', 'patch'], { cwd: directory, timeout: limits.program }).status).toBe(0)
  const delta = readFileSync(join(directory, 'patch'))
  expect(same(await bsdiff.restore(before, delta, after.length), after)).toBe(true)
})

test('zstd restores a zstd patch', async () => {
  const [before, after] = programPair(50_000)
  const delta = await zstd.make(before, after, {})
  const words = ['-d', '--long=27', '--patch-from=old', 'patch', '-o', 'out']
  expect(same(run(before, delta, 'zstd', ...words), after)).toBe(true)
})

test('a bsdiff patch with more triples than its image can have is refused before they are all there', async () => {
  const [nothing, idle] = [bzip2(new Uint8Array(0)), bzip2(new Uint8Array(24 * 1_000_000))]
  const delta = Buffer.concat([Buffer.from('BSDIFF40'), Buffer.alloc(24), idle, nothing, nothing])
  delta.writeBigInt64LE(BigInt(idle.length), 8)
  delta.writeBigInt64LE(BigInt(nothing.length), 16)
  delta.writeBigInt64LE(1_000_000n, 24)
  expect(delta.length).toBeLessThan(100_000)
  await expect(bsdiff.restore(new Uint8Array(10), delta, 1_000_000)).rejects.toThrow('more bytes than')
})

test('a bsdiff patch whose triples never get on is refused', async () => {
  const [nothing, idle] = [bzip2(new Uint8Array(0)), bzip2(new Uint8Array(24 * 50_000))]
  const delta = Buffer.concat([Buffer.from('BSDIFF40'), Buffer.alloc(24), idle, nothing, nothing])
  delta.writeBigInt64LE(BigInt(idle.length), 8)
  delta.writeBigInt64LE(BigInt(nothing.length), 16)
  delta.writeBigInt64LE(100n, 24)
  await expect(bsdiff.restore(new Uint8Array(10), delta, 1000)).rejects.toThrow(BadDeltaError)
})
