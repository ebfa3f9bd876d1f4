import { describe, expect, it } from 'vitest'
import { packageFormats } from '#shared/limits.ts'
import { CUSTOM_INFO_DEPTH, fileFault, objectIn, versionIn } from './file-check.ts'

const MB = 1024 * 1024
const settings = { packageFormats: [...packageFormats], maxPackageBytes: 200 * MB }

describe('a firmware file before it is sent', () => {
  it('passes in every format of the documents, in any case', () => {
    for (const format of packageFormats)
      expect(fileFault({ name: `A-1${format.toUpperCase()}`, size: 1 }, settings)).toBeUndefined()
  })

  it('is refused for its format, its name, its emptiness and its size, each in its own words', () => {
    expect(fileFault({ name: 'a.exe', size: 1 }, settings)?.code).toBe('FILE_FORMAT')
    expect(fileFault({ name: '固件.bin', size: 1 }, settings)?.code).toBe('FILE_NAME')
    expect(fileFault({ name: 'a.bin', size: 0 }, settings)?.code).toBe('FILE_EMPTY')
    expect(fileFault({ name: 'a.bin', size: 200 * MB }, settings)).toBeUndefined()
    expect(fileFault({ name: 'a.bin', size: 200 * MB + 1 }, settings)?.code).toBe('FILE_SIZE')
  })

  it('is held to the lower limit of the protocol', () => {
    const file = { name: 'a.bin', size: 150 * MB }
    expect(fileFault(file, settings, 'sagoo')).toBeUndefined()
    expect(fileFault(file, settings, 'iot-engine')).toMatchObject({ code: 'FILE_LIMIT', limitBytes: 100 * MB })
  })

  it('gives its version away in its name', () => {
    expect(['gateway-2.4.1.bin', 'app_v1.0.12.tar.gz', 'v3.1.bin', 'fw.bin', 'esp32.bin'].map(versionIn)).toEqual([
      '2.4.1',
      '1.0.12',
      '3.1',
      undefined,
      undefined,
    ])
  })
})

describe('fields of a package', () => {
  it('take a JSON object, or nothing, as custom info', () => {
    expect(objectIn('{"a": 1}')).toEqual({ a: 1 })
    expect(objectIn('  ')).toBeNull()
    for (const text of ['[1]', '1', 'null', '{', '"a"']) expect(objectIn(text)).toBeUndefined()
  })

  it('refuse custom info nested deeper than a call may be, before the call is made', () => {
    const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect(objectIn(nested(CUSTOM_INFO_DEPTH))).toBeDefined()
    expect(objectIn(nested(CUSTOM_INFO_DEPTH + 1))).toBeUndefined()
    expect(objectIn(nested(1_000_000))).toBeUndefined()
  })
})
