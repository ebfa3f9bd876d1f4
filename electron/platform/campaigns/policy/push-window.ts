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

/** The first whole minute in (from, until] at which the window has the wanted state; the search range is one day at most. */
const firstWithin = (
  window: Window,
  zone: string,
  wanted: boolean,
  from: number,
  until: number,
): number | undefined => {
  for (let at = from; at <= until; at += MINUTE_MS) if (isWithin(window, at, zone) === wanted) return at
  return undefined
}

/**
 * When the window next opens (`wanted` true) or closes, in milliseconds since 1970; undefined when it never does. If a clock
 * change skips the opening time, the window opens at the first minute that exists.
 */
export const nextEdge = (window: Window, at: number, zone: string, wanted: boolean): number | undefined => {
  if (window.from === window.to) return undefined
  const edge = minutesOf(wanted ? window.from : window.to)
  let start = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS
  // Two days, because the time may be missing on the first.
  for (let day = 0; day < 3; day++) {
    const wait = (edge - localMinutes(start, zone) + DAY_MINUTES) % DAY_MINUTES
    const guess = start + wait * MINUTE_MS
    // The normal day, without a clock change in between.
    if (localMinutes(guess, zone) === edge && isSteady(start, guess, zone)) return guess
    const found = firstWithin(window, zone, wanted, start, guess + 120 * MINUTE_MS)
    if (found !== undefined) return found
    start = guess + MINUTE_MS
  }
  return undefined
}

/** Whether local time advanced by the same amount as real time. */
const isSteady = (from: number, to: number, zone: string): boolean =>
  (localMinutes(from, zone) + (to - from) / MINUTE_MS) % DAY_MINUTES === localMinutes(to, zone)
