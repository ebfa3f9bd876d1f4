import type { z } from 'zod'
import type { DailyWindow } from '#shared/schema.ts'

export type Window = z.output<typeof DailyWindow>

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

const formatters = new Map<string, Intl.DateTimeFormat>()
const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formatters.set(zone, made)
  return made
}

const minutesOf = (time: string): number => {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** Minutes since local midnight. @param zone an IANA name. */
export const localMinutes = (at: number, zone: string): number => minutesOf(formatterOf(zone).format(at))

/** Whether the window is open: `from` is inside, `to` is outside; over midnight when `to` is earlier; all day when both are equal. */
export const isWithin = (window: Window, at: number, zone: string): boolean => {
  const from = minutesOf(window.from)
  const to = minutesOf(window.to)
  const now = localMinutes(at, zone)
  if (from === to) return true
  return from < to ? now >= from && now < to : now >= from || now < to
}

/**
 * When the window next opens (`wanted` true) or closes, in milliseconds since 1970; undefined when it never does. If a clock
 * change skips the opening time, the window opens at the first minute that exists.
 */
export const nextEdge = (window: Window, at: number, zone: string, wanted: boolean): number | undefined => {
  if (window.from === window.to) return undefined
  const edge = minutesOf(wanted ? window.from : window.to)
  let start = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS
  // A clock change may make the first guess too early, or leave out the whole window on that day.
  for (let guesses = 0; guesses < 2; guesses++) {
    const wait = (edge - localMinutes(start, zone) + DAY_MINUTES) % DAY_MINUTES
    const guess = start + wait * MINUTE_MS
    // Without a clock change in between, local time has advanced by the same amount.
    if (localMinutes(guess, zone) === edge) return guess
    const found = firstChange(window, zone, wanted, start, guess)
    if (found !== undefined) return found
    start = guess
  }
  return undefined
}

/** The first whole minute in [from, until] at which the window changes to the wanted state. */
const firstChange = (
  window: Window,
  zone: string,
  wanted: boolean,
  from: number,
  until: number,
): number | undefined => {
  let before = isWithin(window, from - MINUTE_MS, zone)
  for (let at = from; at <= until; at += MINUTE_MS) {
    const now = isWithin(window, at, zone)
    if (now === wanted && before !== wanted) return at
    before = now
  }
  return undefined
}
