import type { Language } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'

const locale = (language: Language): string => texts[language].language.locale

const cached = <T>(make: (language: Language) => T): ((language: Language) => T) => {
  const made = new Map<Language, T>()
  return (language) => {
    const known = made.get(language) ?? make(language)
    made.set(language, known)
    return known
  }
}

const integers = cached((language) => new Intl.NumberFormat(locale(language), { maximumFractionDigits: 0 }))
const decimals = cached((language) => new Intl.NumberFormat(locale(language), { maximumFractionDigits: 1 }))
const dateTimes = cached(
  (language) =>
    new Intl.DateTimeFormat(locale(language), {
      year: 'numeric',
      month: texts[language].language.month === '2-digit' ? '2-digit' : 'short',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
)
const clocks = cached(
  (language) =>
    new Intl.DateTimeFormat(locale(language), {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }),
)
const days = cached(
  (language) => new Intl.DateTimeFormat(locale(language), { weekday: 'short', month: 'short', day: 'numeric' }),
)
const times = cached(
  (language) => new Intl.DateTimeFormat(locale(language), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
)
const relatives = cached((language) => new Intl.RelativeTimeFormat(locale(language), { numeric: 'auto' }))

export const formatCount = (value: number, language: Language): string => integers(language).format(value)

export const formatDecimal = (value: number, language: Language): string => decimals(language).format(value)

/** `value` of 0-100. */
export const formatPercent = (value: number, language: Language): string => `${decimals(language).format(value)}%`

/** Bytes in powers of 1024, in the format of Windows and the vendors' consoles: `348 KB`, `1.2 MB`. */
export const formatBytes = (bytes: number, language: Language): string => {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** step
  return `${step < 2 && value >= 10 ? integers(language).format(value) : decimals(language).format(value)} ${units[step]}`
}

export const formatDateTime = (iso: string, language: Language): string =>
  dateTimes(language).format(new Date(iso)).replaceAll('/', '-')

export const formatClock = (iso: string, language: Language): string => clocks(language).format(new Date(iso))

/** A day with its weekday. @param day `2026-11-21`, of this machine's calendar */
export const formatDay = (day: string, language: Language): string => days(language).format(new Date(`${day}T12:00`))

/** `22:00`. @param at milliseconds since the epoch */
export const formatTime = (at: number, language: Language): string => times(language).format(at)

/** A time of day to the millisecond, for a log. */
export const formatMoment = (iso: string, language: Language): string =>
  `${clocks(language).format(new Date(iso))}.${iso.slice(20, 23)}`

/** A duration as on a stopwatch: `0:41`, `4:00`, `1:02:03`. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** A rough duration as text: `6 min`, the caller adds `约`; under a minute in steps of ten seconds. */
export const formatRough = (ms: number, language: Language): string => {
  const { seconds, minutes, hours } = texts[language].language.units
  if (ms < 60_000) return `${Math.max(10, Math.ceil(ms / 10_000) * 10)} ${seconds}`
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} ${minutes}`
  return `${decimals(language).format(ms / 3_600_000)} ${hours}`
}

/** `3 minutes ago` within a week, else the date. */
export const formatAgo = (iso: string, now: number, language: Language): string => {
  const ago = Date.parse(iso) - now
  const seconds = Math.round(ago / 1000)
  const format = relatives(language)
  if (seconds > -60) return format.format(Math.min(0, seconds), 'second')
  if (seconds > -3600) return format.format(Math.round(seconds / 60), 'minute')
  if (seconds > -86_400) return format.format(Math.round(seconds / 3600), 'hour')
  if (seconds > -7 * 86_400) return format.format(Math.round(seconds / 86_400), 'day')
  return formatDateTime(iso, language)
}
