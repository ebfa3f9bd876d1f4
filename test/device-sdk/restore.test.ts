import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detools, detoolsEspressif } from '../../electron/platform/delta-engine/detools/detools.ts'
import { hpatchLite } from '../../electron/platform/delta-engine/hpatch-lite/hpatch-lite.ts'
import { missingPackages } from '../debian.mjs'
import { programPair } from '../helpers/firmware-images.ts'
import { run } from '../helpers/program.ts'
import { compileRestore, vector, vectors } from './compiled.ts'

const missing = missingPackages().filter((name) => ['gcc', 'clang', 'libc6-dev', 'libclang-rt-14-dev'].includes(name))

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-sdk-'))
  if (missing.length > 0) return
  const any = ['-DOTA_RESTORE_ANY_LZMA=1']
  await Promise.all([
    compileRestore('gcc', 'test/torture.c', 'address,undefined', at('torture'), any),
    compileRestore('clang', 'test/torture.c', 'memory', at('torture-memory'), any),
    compileRestore('clang', 'tool/ota_restore.c', 'address,undefined', at('ota_restore')),
  ])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command-line program: its exit code and what it says. */
const restore = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  try {
    const { stdout, stderr } = await run(at('ota_restore'), args)
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

/** A deterministic image with repetitions, as programs have them. */
const image = (size: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(size)
  let state = seed
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[i] = i > 300 && state >>> 28 < 11 ? bytes.readUInt8(i - 256 - (i % 3)) : state >>> 24
  }
  return bytes
}

describe.skipIf(missing.length > 0)(`the device SDK's restore (needs gcc and clang)`, () => {
  it.each(vectors)(
    'restores %s whole, byte by byte and from every checkpoint, and refuses what is damaged, without a word of the sanitizers',
    async (name) => {
      const files = vector(name)
      const { stdout, stderr } = await run(at('torture'), [files.old, files.patch, files.new, '400'])
      expect(stderr).toBe('')
      expect(stdout.split('\n').map((line) => line.replaceAll(/\d+/g, 'n'))).toEqual([
        'whole, and byte by byte',
        'n checkpoints',
        'damaged checkpoints',
        'n failures',
        'limits',
        'truncations',
        'n mutations, n without effect, n seen by the digest alone',
        '',
      ])
    },
  )

  it.each(['lzma-any', 'espressif'])('reads no byte of %s that nobody wrote', async (name) => {
    const files = vector(name)
    await expect(run(at('torture-memory'), [files.old, files.patch, files.new, '100', '7'])).resolves.toMatchObject({
      stderr: '',
    })
  })

  it('restores a file on the command line and says its SHA-256 where none was given', async () => {
    const files = vector('lzma')
    const wanted = readFileSync(files.new)
    expect(await restore(files.old, files.patch, at('new'), sha256(wanted))).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(at('new')).equals(wanted)).toBe(true)
    const unchecked = await restore(files.old, files.patch, at('unchecked'))
    expect(unchecked).toEqual({ code: 0, out: `${sha256(wanted)}\n`, err: '' })
  })

  it.each([
    ['another SHA-256', 'lzma', 'lzma', '0'.repeat(64), 'the new image is not the expected one (-10)'],
    ['another base, by Espressif’s header', 'first', 'espressif', undefined, 'for another old image (-9)'],
    ['no patch at all', 'lzma', undefined, undefined, 'not a patch of a known format (-4)'],
    ['properties that are not built in', 'lzma-any', 'lzma-any', undefined, 'not a patch of a known format (-4)'],
  ])('leaves no file behind after %s', async (_what, old, patch, digest, words) => {
    const args = [vector(old).old, patch ? vector(patch).patch : vector('lzma').new, at('none')]
    const { code, err } = await restore(...args, ...(digest ? [digest] : []))
    expect(code).toBe(1)
    expect(err).toContain(words)
    expect(existsSync(at('none')) || existsSync(at('none.part'))).toBe(false)
  })

  it('refuses arguments it does not know with its usage', async () => {
    for (const args of [[], ['a', 'b'], ['a', 'b', 'c', 'd'], ['-x', 'a', 'b', 'c'], ['-c', 'f', 'a', 'b', 'c']])
      expect(await restore(...args)).toMatchObject({ code: 2, err: expect.stringContaining('usage: ota_restore') })
  })

  it('goes on from its checkpoint after it was killed', async () => {
    const before = image(150_000, 1)
    const after = Buffer.concat([image(5_000, 2), before.subarray(0, 80_000), image(9_000, 3), before.subarray(70_000)])
    writeFileSync(at('before'), before)
    writeFileSync(at('patch'), await detools.make(before, after, {}))
    const args = ['-c', at('checkpoint'), at('before'), at('patch'), at('after'), sha256(after)]
    // The system kills whoever makes a file larger than that; the unit is 512 bytes or 1 KB.
    const killed = run('sh', ['-c', 'ulimit -f 120; exec "$@"', 'sh', at('ota_restore'), ...args])
    await expect(killed).rejects.toMatchObject({ signal: 'SIGXFSZ' })
    expect(existsSync(at('after'))).toBe(false)
    const { code, err } = await restore(...args)
    expect(err).toMatch(/^ota_restore: going on at byte [1-9]\d{4}\n$/)
    expect(code).toBe(0)
    expect(readFileSync(at('after')).equals(after)).toBe(true)
    expect(existsSync(at('checkpoint')) || existsSync(at('after.part'))).toBe(false)
  })

  it.each([detools, detoolsEspressif, hpatchLite])(
    'restores what the station makes of any images: $name',
    async (format) => {
      const anyImage = fc
        .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer())
        .map(([size, seed]) => image(size, seed))
      const edit = fc.record({
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.nat(40),
        put: fc.uint8Array({ maxLength: 40 }),
      })
      await fc.assert(
        fc.asyncProperty(anyImage, fc.array(edit, { maxLength: 6 }), async (before, edits) => {
          let after = before
          for (const { from, drop, put } of edits) {
            const place = Math.floor(from * after.length)
            after = Buffer.concat([after.subarray(0, place), put, after.subarray(place + drop)])
          }
          writeFileSync(at('any.old'), before)
          writeFileSync(at('any.patch'), await format.make(before, after, {}))
          expect(await restore(at('any.old'), at('any.patch'), at('any.new'), sha256(after))).toMatchObject({ code: 0 })
          expect(readFileSync(at('any.new')).equals(after)).toBe(true)
        }),
        { numRuns: 25 },
      )
    },
  )

  it.each([detools, detoolsEspressif, hpatchLite])(
    'restores what the station makes of firmware: $name',
    async (format) => {
      const [before, after] = programPair(320_000)
      const patch = await format.make(before, after, {})
      expect(patch.length).toBeLessThan(after.length / 4)
      writeFileSync(at('firmware.old'), before)
      writeFileSync(at('firmware.patch'), patch)
      const paths = ['firmware.old', 'firmware.patch', 'firmware.new'].map(at)
      // The work areas that the page says are enough.
      const memory = format === hpatchLite ? '7646' : '256'
      expect(await restore('-m', memory, ...paths, sha256(after))).toEqual({ code: 0, out: '', err: '' })
      expect(readFileSync(at('firmware.new')).equals(after)).toBe(true)
    },
  )
})
