import type { TFunction } from 'i18next'
import type { Language } from '#shared/languages.ts'
import type { StationInfo } from '#shared/schema.ts'
import { formatDateTime, formatRough } from '../../i18n/format.ts'

/** What happened to the clock of the station's computer, and what a person has to look at. */
export const timeJumpText = (
  { at, ms, asleep }: NonNullable<StationInfo['timeJump']>,
  t: TFunction,
  language: Language,
): string => {
  const by = formatRough(Math.abs(ms), language)
  const when = formatDateTime(at, language)
  if (asleep) return t('overview.time.asleep', { by, when })
  return ms > 0 ? t('overview.time.forward', { by, when }) : t('overview.time.back', { by, when })
}
