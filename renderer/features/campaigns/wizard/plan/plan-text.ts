import type { TFunction } from 'i18next'
import { groupSizes } from '#shared/campaign/group-sizes.ts'
import type { Language } from '#shared/languages.ts'
import { formatCount, formatDateTime, formatPercent, formatTime } from '../../../../i18n/format.ts'
import { type Plan, timeoutsOf } from './plan.ts'

/** A moment near now as people say it: "today 14:30", "tonight 22:00", "tomorrow 06:00", else the date. */
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

const groupText = ({ groups, strategy }: Plan, matching: number, t: TFunction, language: Language): string[] => {
  if (matching === 0) return []
  if (groups.length === 0 || strategy === 'dynamic') return [t('campaigns.plan.words.all', { count: matching })]
  const sizes = groupSizes(
    matching,
    groups.map(({ percent }) => ({ percent: percent ?? 1 })),
  )
  return [
    ...groups.flatMap(({ name, proceed, successPercent }, index) => {
      const count = sizes[index] ?? 0
      if (count === 0) return []
      const words = { name, count, percent: formatPercent(successPercent ?? 100, language) }
      return proceed === 'person'
        ? t('campaigns.plan.words.groupPerson', words)
        : t('campaigns.plan.words.group', words)
    }),
    ...(sizes.at(-1) === 0 ? [] : [t('campaigns.plan.words.rest', { count: sizes.at(-1) ?? 0 })]),
  ]
}

const rateText = ({ perMinute, concurrent }: Plan, t: TFunction, language: Language): string | undefined => {
  const rate = formatCount(perMinute ?? concurrent ?? 0, language)
  if (perMinute !== null && concurrent !== null) {
    return t('campaigns.plan.words.both', { rate, concurrent: formatCount(concurrent, language) })
  }
  if (perMinute !== null) return t('campaigns.plan.words.perMinute', { rate })
  return concurrent === null ? undefined : t('campaigns.plan.words.concurrent', { rate })
}

interface Situation {
  /** Devices that match. */
  readonly matching: number
  /** Whether devices are told, not asked. */
  readonly push: boolean
  readonly overwrite: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What will happen, one sentence each: when it starts, who goes first, what opens the rest, what stops it. */
export const planText = (
  plan: Plan,
  { matching, push, overwrite, now }: Situation,
  t: TFunction,
  language: Language,
): string[] => {
  const { startAt, window, threshold, retry, strategy } = plan
  const sentences = [
    startAt === null
      ? t('campaigns.plan.words.now')
      : t('campaigns.plan.words.at', { when: momentText(Date.parse(startAt), now, t, language) }),
    push ? undefined : t('campaigns.plan.words.asks'),
    window === null
      ? undefined
      : window.to < window.from
        ? t('campaigns.plan.words.windowNight', window)
        : t('campaigns.plan.words.window', window),
    ...groupText(plan, matching, t, language),
    strategy === 'dynamic' ? t('campaigns.plan.words.dynamic') : undefined,
    overwrite ? t('campaigns.plan.words.overwrite') : undefined,
    rateText(plan, t, language),
    threshold === null
      ? t('campaigns.plan.words.noThreshold')
      : t('campaigns.plan.words.threshold', {
          percent: formatPercent(threshold.percent ?? 100, language),
          minimum: formatCount(threshold.minimum ?? 1, language),
        }),
    retry.times === 0
      ? undefined
      : t('campaigns.plan.words.retry', { count: retry.times, minutes: retry.intervalMinutes }),
    t('campaigns.plan.words.timeouts', timeoutsOf(plan)),
    plan.downloadingTimeout === null
      ? undefined
      : t('campaigns.plan.words.downloading', { minutes: plan.downloadingTimeout }),
    plan.installingTimeout === null
      ? undefined
      : t('campaigns.plan.words.installing', { minutes: plan.installingTimeout }),
  ]
  return sentences.filter((sentence) => sentence !== undefined)
}
