import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeatshrinkDecoder } from 'heatshrink-ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { detools, detoolsEspressif } from '../../electron/platform/delta-engine/detools/detools.ts'
import { hpatchLite } from '../../electron/platform/delta-engine/hpatch-lite/hpatch-lite.ts'
import { run } from '../helpers/program.ts'

const fixtures = join(import.meta.dirname, '../fixtures/diff')
const fixture = (name: string): Promise<Buffer> => readFile(join(fixtures, name))

let folder: string
let before: Buffer
let after: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'device-patches-'))
  ;[before, after] = await Promise.all([fixture('old.bin'), fixture('new.bin')])
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['lzma.hpatch-lite', hpatchLite],
  ['stored.hpatch-lite', hpatchLite],
  ['heatshrink.detools', detools],
  ['heatshrink.detools-espressif', detoolsEspressif],
])('a patch made long ago is still restored: %s', async (name, format) => {
  const restored = await format.restore(before, await fixture(name), after.length)
  expect(Buffer.compare(restored, after)).toBe(0)
})

describe("Python's standard library restores hpatch-lite", () => {
  const restore = async (old: Uint8Array, delta: Uint8Array): Promise<Buffer> => {
    const paths = ['old', 'patch', 'new'].map((name) => join(folder, name)) as [string, string, string]
    await Promise.all([writeFile(paths[0], old), writeFile(paths[1], delta)])
    await run('python3', [join(import.meta.dirname, 'restore_hpatch_lite.py'), ...paths])
    return readFile(paths[2])
  }

  test('made now, in both directions', async () => {
    for (const [from, to] of [
      [before, after],
      [after, before],
    ] as const)
      expect(Buffer.compare(await restore(from, await hpatchLite.make(from, to, {})), to)).toBe(0)
  })

  test('of an image that nothing before holds', async () => {
    const delta = await hpatchLite.make(new Uint8Array(0), after, {})
    expect(Buffer.compare(await restore(new Uint8Array(0), delta), after)).toBe(0)
  })
})

test("another decoder reads what detools' layer compresses", async () => {
  const delta = await detools.make(before, after, {})
  // 0x04, two bytes of the new size, the figures of heatshrink.
  const decoder = new HeatshrinkDecoder(8, 7, 64)
  decoder.process(delta.subarray(4))
  const body = Buffer.from(decoder.getOutput())
  let at = 1
  const size = (): number => {
    let byte = body.readUInt8(at++)
    const sign = (byte & 0x40) === 0 ? 1 : -1
    let value = byte & 63
    for (let factor = 64; byte >= 128; factor *= 128) {
      byte = body.readUInt8(at++)
      value += (byte & 127) * factor
    }
    return sign * value
  }
  const made: number[] = []
  for (let from = 0; made.length < after.length; from += size()) {
    for (let left = size(); left > 0; left--) made.push((body.readUInt8(at++) + before.readUInt8(from++)) & 255)
    for (let left = size(); left > 0; left--) made.push(body.readUInt8(at++))
  }
  expect(Buffer.compare(Buffer.from(made), after)).toBe(0)
})
