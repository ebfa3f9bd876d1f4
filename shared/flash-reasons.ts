import type { Language } from './languages.ts'
import type { flashReasons } from './texts/en/flash-reasons.ts'
import { texts } from './texts/index.ts'

/** Why a flasher failed: the codes of `FlashError`. */
type FlashReason = keyof typeof flashReasons

export const isFlashReason = (code: string): code is FlashReason => Object.hasOwn(texts.en.flashReasons, code)

/** The text of a code with its `{name}` places filled; undefined for a code of a newer station. */
export const flashReasonText = (
  code: string,
  language: Language,
  fill: Readonly<Record<string, string | number>> = {},
): string | undefined =>
  isFlashReason(code)
    ? texts[language].flashReasons[code].replace(/\{(\w+)\}/g, (_, key: string) => String(fill[key] ?? '…'))
    : undefined
