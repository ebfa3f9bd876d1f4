import type { FormatterModule } from 'i18next'
import { languageFor } from '#shared/languages.ts'
import { formatCount } from './format.ts'

/** Formats every number in a text for the language: 5,000 devices. Needs `alwaysFormat`. */
export const numbersInTexts: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _, language) =>
    Number.isInteger(value) ? formatCount(Number(value), languageFor(language ?? '')) : String(value),
}
