import { describe, expect, it } from 'vitest'
import { packageFormats } from '#shared/limits.ts'
import { checkFileName } from './upload-name.ts'

const check = (name: string) => () => checkFileName(name, packageFormats)

describe('the name of a package file', () => {
  it.each(['app.bin', 'APP.BIN', 'a b+c(1)@2,3=4~5#6&7.tar.gz', 'rootfs.tar.xz', 'x.pack', 'RPI_PICO.uf2'])(
    '%s is taken',
    (name) => {
      expect(check(name)).not.toThrow()
    },
  )

  it.each(['board.uf2', 'F4.dfu', 'ec800.pac', 'BG95.pack', 'GM02S.dup', 'quec.ua', 'zephyr.signed.bin'])(
    '%s, for a target of the bench, is taken',
    (name) => {
      expect(check(name)).not.toThrow()
    },
  )

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
