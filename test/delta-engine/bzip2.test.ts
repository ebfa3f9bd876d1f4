import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bunzip2 } from '../../electron/platform/delta-engine/bzip2/decode.ts'
import { bzip2 } from '../../electron/platform/delta-engine/bzip2/encode.ts'
import { BadDeltaError } from '../../electron/platform/delta-engine/delta-format.ts'
import { limits } from '../limits.mjs'

const program = (bytes: Uint8Array, ...options: string[]): Buffer => {
  const { stdout, status, stderr } = spawnSync('bzip2', options, {
    input: bytes,
    maxBuffer: 1 << 28,
    timeout: limits.program,
  })
  if (status !== 0) throw new Error(String(stderr))
  return stdout
}

/** A reproducible image of `size` bytes with runs, repetitions and noise. */
const image = (size: number): Uint8Array => {
  let state = 7
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const length = (state >>> 8) % 700
    const kind = (state >>> 24) % 3
    for (let i = 0; i < length && at < size; i++, at++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      bytes[at] = kind === 0 ? length : kind === 1 && at > 5000 ? (bytes[at - 5000] as number) : state >>> 24
    }
  }
  return bytes
}

const texts = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.tuple(fc.constantFrom(0, 65, 255), fc.nat(600)), { maxLength: 12 })
    .map((runs) => Uint8Array.from(runs.flatMap(([byte, length]) => new Array<number>(length).fill(byte)))),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 7 }), fc.nat(400))
    .map(([period, count]) =>
      Uint8Array.from({ length: period.length * count }, (_, i) => period[i % period.length] as number),
    ),
)

test('what is packed comes back', () => {
  fc.assert(
    fc.property(texts, (bytes) => {
      expect(Buffer.compare(bunzip2(bzip2(bytes), bytes.length), bytes)).toBe(0)
    }),
  )
})

test('the bzip2 program unpacks it, and packs it no better by more than 1 %', () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(3_000_000), image(1_200_000), Buffer.from('banana')]) {
    const packed = bzip2(bytes)
    expect(program(packed, '-d').equals(bytes)).toBe(true)
    expect(packed.length).toBeLessThanOrEqual(program(bytes, '-9').length * 1.01 + 16)
  }
})

test('what the bzip2 program packed is unpacked', () => {
  for (const bytes of [new Uint8Array(0), image(250_000)])
    for (const level of ['-1', '-9'])
      expect(Buffer.compare(bunzip2(program(bytes, level), bytes.length), bytes)).toBe(0)
})

test('no more bytes come out than allowed', () => {
  expect(() => bunzip2(bzip2(new Uint8Array(1000)), 999)).toThrow(BadDeltaError)
})

test('whatever is wrong with a stream, it ends with a BadDeltaError or the right bytes', () => {
  const text = image(3000)
  const packed = bzip2(text)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(packed.length), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const copy = packed.slice()
      for (const [at, value] of changes) copy[at] = value
      try {
        expect(Buffer.compare(bunzip2(copy, 100_000), text)).toBe(0)
      } catch (error) {
        expect(error).toBeInstanceOf(BadDeltaError)
      }
    }),
    { numRuns: 300 },
  )
})
