import { randomBytes } from 'node:crypto'
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { programPair } from '../../../test/helpers/firmware-images.ts'
import { containerOf, entropyOf } from './image-containers.ts'
import { adviseOn } from './size-advice.ts'

const [program] = programPair(200_000)

test('entropy is the bits that a byte carries', () => {
  expect(entropyOf(new Uint8Array(100))).toBe(0)
  expect(entropyOf(Uint8Array.from({ length: 256 }, (_, i) => i))).toBe(8)
  expect(entropyOf(new Uint8Array(0))).toBe(0)
})

test('a program is in no container', () => {
  expect(containerOf(program)).toBe(null)
  expect(containerOf(new Uint8Array(0))).toBe(null)
})

test('compressed images are recognised by their marks', () => {
  expect(containerOf(gzipSync(program))).toBe('gzip')
  expect(containerOf(zstdCompressSync(program))).toBe('zstd')
  expect(containerOf(Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(program)]))).toBe('zip')
})

test('a UEFI volume with packed drivers among empty space is recognised', () => {
  const volume = Buffer.alloc(200_000, 0xff)
  volume.write('_FVH', 40, 'latin1')
  randomBytes(100_000).copy(volume, 60_000)
  expect(containerOf(volume)).toBe('uefi')
})

test('an archive of files as they are is none, and what is dense without a mark is', () => {
  expect(containerOf(Buffer.concat([Buffer.from('PK\x03\x04'), program]))).toBe(null)
  expect(containerOf(randomBytes(50_000))).toBe('dense')
})

test('a patch of more than 60 % of the compressed image does not pay: the full image, or the uncompressed ones', () => {
  expect(adviseOn(program, 600, 1000)).toMatchObject({ kind: 'ok', container: null })
  expect(adviseOn(program, 601, 1000)).toEqual({
    kind: 'full',
    deltaSize: 601,
    fullSize: program.length,
    compressedSize: 1000,
    container: null,
  })
  expect(adviseOn(gzipSync(program), 5000, 5000)).toMatchObject({ kind: 'compressed', container: 'gzip' })
  expect(adviseOn(gzipSync(program), 500, 5000)).toMatchObject({ kind: 'ok', container: 'gzip' })
  expect(adviseOn(new Uint8Array(0), 100, 13)).toMatchObject({ kind: 'ok' })
})
