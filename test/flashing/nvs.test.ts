import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { type NvsEntry, nvsImage } from '../../electron/flashing/images/nvs.ts'
import { limits } from '../limits.mjs'

const decoder = fileURLToPath(new URL('./python/read_nvs.py', import.meta.url))
const hasPython = spawnSync('python3', ['--version'], { timeout: limits.program }).status === 0

/** What an independent program reads from the image. */
const read = (image: Uint8Array): { readonly values: Record<string, string>; readonly pages: readonly string[] } => {
  const { stdout, stderr, status } = spawnSync('python3', [decoder], {
    input: image,
    encoding: 'utf8',
    timeout: limits.program,
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

const entries: readonly NvsEntry[] = [
  { namespace: 'factory', key: 'serial', type: 'string', value: 'SN-2026-000317' },
  { namespace: 'factory', key: 'hw', type: 'u8', value: '0x03' },
  { namespace: 'factory', key: 'offset', type: 'i16', value: '-1200' },
  { namespace: 'cloud', key: 'secret', type: 'hex', value: '00112233445566778899aabbccddeeff'.repeat(3) },
  { namespace: 'cloud', key: 'id', type: 'u64', value: '18446744073709551615' },
  { namespace: 'factory', key: 'name', type: 'string', value: '水泵控制器' },
  { namespace: 'factory', key: 'low', type: 'i64', value: '-9223372036854775808' },
]

test.skipIf(!hasPython)('an independent reader finds every value, type and checksum right', () => {
  const { values, pages } = read(nvsImage(entries, 0x6000))
  expect(values).toEqual({
    'factory/serial': 'SN-2026-000317',
    'factory/hw': '3',
    'factory/offset': '-1200',
    'cloud/secret': '00112233445566778899aabbccddeeff'.repeat(3),
    'cloud/id': '18446744073709551615',
    'factory/name': '水泵控制器',
    'factory/low': '-9223372036854775808',
  })
  expect(pages).toEqual(['active'])
})

test.skipIf(!hasPython)('what does not fit a page goes on in the next, and the pages before are full', () => {
  const long = Array.from({ length: 5 }, (_, index): NvsEntry => {
    return { namespace: 'big', key: `text${index}`, type: 'string', value: `${index}`.repeat(1500) }
  })
  const { values, pages } = read(nvsImage(long, 0x6000))
  expect(Object.keys(values)).toHaveLength(5)
  expect(values['big/text4']).toBe('4'.repeat(1500))
  expect(pages).toEqual(['full', 'full', 'active'])
})

const codeOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (error instanceof FlashError) return error.code
    throw error
  }
  return 'none'
}

test.each([
  ['a number too large', 'u8', '256'],
  ['a negative number without a sign', 'u32', '-1'],
  ['no number', 'i32', 'twelve'],
  ['half a byte', 'hex', 'abc'],
  ['a text too long', 'string', 'x'.repeat(4000)],
] as const)('%s is refused with its key', (_, type, value) => {
  expect(codeOf(() => nvsImage([{ namespace: 'a', key: 'b', type, value }], 0x6000))).toBe('NVS_VALUE')
})

test('a partition too small, or of half a page, is refused', () => {
  expect(codeOf(() => nvsImage(entries, 0x2000))).toBe('NVS_SIZE')
  expect(codeOf(() => nvsImage(entries, 0x3001))).toBe('NVS_SIZE')
  const many = Array.from({ length: 4 }, (_, index): NvsEntry => {
    return { namespace: 'a', key: `k${index}`, type: 'string', value: 'y'.repeat(3000) }
  })
  expect(codeOf(() => nvsImage(many, 0x3000))).toBe('NVS_FULL')
})

test('whatever is asked for, an image of that size comes out or a named refusal', () => {
  const entryArbitrary: fc.Arbitrary<NvsEntry> = fc.record({
    namespace: fc.string({ maxLength: 17 }),
    key: fc.string({ maxLength: 17 }),
    type: fc.constantFrom('string', 'hex', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64'),
    value: fc.oneof(fc.string(), fc.bigInt().map(String), fc.constant('ab12')),
  })
  fc.assert(
    fc.property(fc.array(entryArbitrary, { maxLength: 12 }), (made) => {
      const code = codeOf(() => expect(nvsImage(made, 0x4000)).toHaveLength(0x4000))
      expect(['none', 'NVS_VALUE', 'NVS_FULL']).toContain(code)
    }),
  )
})
