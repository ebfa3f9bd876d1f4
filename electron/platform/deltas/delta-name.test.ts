import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deltaFormats } from '#shared/delta-formats.ts'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'
import { deltaName } from './delta-name.ts'

test.each([
  ['app.bin', '1.0', 'bsdiff', 'app-from-1.0.bsdiff'],
  ['rootfs.tar.gz', '1.0.3', 'zstd', 'rootfs.tar-from-1.0.3.zst'],
  ['firmware', '2', 'hpatch-lite', 'firmware-from-2.hpi'],
  ['app.bin', '1.0.0+45', 'bsdiff', 'app-from-1.0.0_45.bsdiff'],
  ['app.bin', 'V1.0 (beta)', 'bsdiff', 'app-from-V1.0__beta_.bsdiff'],
  ['app.bin', '固件1.0', 'bsdiff', 'app-from-__1.0.bsdiff'],
] as const)('the patch to %s from %s as %s is %s', (file, version, format, expected) => {
  expect(deltaName(file, version, format)).toBe(expected)
})

test('any name of a file and of a version gives one that devices can read', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,127}$/),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
      fc.constantFrom(...deltaFormats),
      (file, version, format) => {
        expect(deltaName(file, version, format)).toMatch(FILE_NAME_PATTERN)
      },
    ),
  )
})
