import { describe, expect, it } from 'vitest'
import { packageFormats } from '#shared/limits.ts'
import { checkFileName } from './upload-name.ts'

const check = (name: string) => () => checkFileName(name, packageFormats)

describe('the name of a package file', () => {
  it.each(['app.bin', 'APP.BIN', 'a b+c(1)@2,3=4~5#6&7.tar.gz', 'rootfs.tar.xz', 'x.pack'])('%s is taken', (name) => {
    expect(check(name)).not.toThrow()
  })

  it.each([
    '固件.bin',
    '../app.bin',
    'a/b.bin',
    'a\\b.bin',
    '.bin',
    '',
    'a\0.bin',
    'a"b.bin',
    `${'a'.repeat(125)}.bin`,
  ])('%j is refused', (name) => {
    expect(check(name)).toThrow(expect.objectContaining({ code: 'FILE_NAME' }))
  })

  it.each(['app.exe', 'app', 'bin', 'app.bin.txt'])('%s has no format of a package', (name) => {
    expect(check(name)).toThrow(
      expect.objectContaining({ code: 'FILE_FORMAT', data: { file: name, formats: packageFormats } }),
    )
  })
})
