import type { TFunction } from 'i18next'
import type { Language } from '#shared/languages.ts'
import { formatDateTime, formatTime } from '../../../../i18n/format.ts'
import { optionSentences, type ReviewContext } from '../review-lines.ts'

/** A near time in everyday form: "today 14:30", "tonight 22:00", "tomorrow 06:00", else the date. */
export const momentText = (at: number, now: number, t: TFunction, language: Language): string => {
  const time = formatTime(at, language)
  const day = (moment: number) => new Date(moment).setHours(0, 0, 0, 0)
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  if (day(at) === day(now)) {
    return new Date(at).getHours() >= 18
      ? t('campaigns.plan.words.tonight', { time })
      : t('campaigns.plan.words.today', { time })
  }
  if (day(at) === day(tomorrow.getTime())) return t('campaigns.plan.words.tomorrow', { time })
  return formatDateTime(new Date(at).toISOString(), language)
}

/** What will happen, one sentence each: the start, then the meaning of its options. @param now milliseconds since the epoch */
export const planText = (context: ReviewContext, now: number): string[] => {
  const { draft, t, language } = context
  const { startAt } = draft
  return [
    startAt === null
      ? t('campaigns.plan.words.now')
      : t('campaigns.plan.words.at', { when: momentText(Date.parse(startAt), now, t, language) }),
    ...optionSentences(context),
  ]
}
