const two = (value: number): string => String(value).padStart(2, '0')

/** The local date of the station at a time, `2026-11-21`. @param at milliseconds since 1970 */
export const dayOf = (at: number): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** When the next day begins, in milliseconds since 1970; days of 23 and 25 hours count as one. */
export const nextDayAt = (at: number): number => {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
}

/** The last `count` days up to and including the day of `at`, oldest first. */
export const lastDays = (at: number, count: number): string[] => {
  const date = new Date(at)
  return Array.from({ length: count }, (_, index) =>
    dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() - (count - 1 - index), 12).getTime()),
  )
}
