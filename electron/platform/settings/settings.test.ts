import { expect, it } from 'vitest'
import { formerPackageFormats } from '#shared/limits.ts'
import { storedSettings } from './settings.ts'

it('a list of formats that nobody chose becomes the present default, a chosen one stays', () => {
  expect(storedSettings({ packageFormats: [...formerPackageFormats] })).toEqual({})
  expect(storedSettings({ packageFormats: ['.img', '.bin'] })).toEqual({ packageFormats: ['.img', '.bin'] })
})

it('one setting that cannot be read falls back alone', () => {
  expect(storedSettings({ rollbackMinutes: -1, staticRsa: false, unknown: 1 })).toEqual({ staticRsa: false })
  for (const broken of [undefined, null, 'x', 7, []]) expect(storedSettings(broken)).toEqual({})
})
