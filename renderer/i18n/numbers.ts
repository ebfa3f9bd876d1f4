import type { FormatterModule } from 'i18next'
import { formatCount } from './format.ts'

/** Every number in a text as the language writes it: 5,000 devices. Wants `alwaysFormat`. */
export const numbersInTexts: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _, language) =>
    Number.isInteger(value) ? formatCount(Number(value), language === 'zh' ? 'zh' : 'en') : String(value),
}
