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

/** Whether it is open: `from` belongs to it, `to` does not; over midnight where `to` is earlier; all day where they are the same. */
export const isWithin = (window: Window, at: number, zone: string): boolean => {
  const from = minutesOf(window.from)
  const to = minutesOf(window.to)
  const now = localMinutes(at, zone)
  if (from === to) return true
  return from < to ? now >= from && now < to : now >= from || now < to
}

/** The first whole minute in (from, until] at which the window is as asked; a day is long enough to be found in. */
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
 * When the window next opens (`wanted` true) or closes, in milliseconds since 1970; undefined when it never does. An hour that a change
 * of the clocks leaves out opens it at the first minute that exists.
 */
export const nextEdge = (window: Window, at: number, zone: string, wanted: boolean): number | undefined => {
  if (window.from === window.to) return undefined
  const edge = minutesOf(wanted ? window.from : window.to)
  let start = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS
  // Two days: the hour may be missing on the first.
  for (let day = 0; day < 3; day++) {
    const wait = (edge - localMinutes(start, zone) + DAY_MINUTES) % DAY_MINUTES
    const guess = start + wait * MINUTE_MS
    // The usual day, without a change of the clocks between.
    if (localMinutes(guess, zone) === edge && isSteady(start, guess, zone)) return guess
    const found = firstWithin(window, zone, wanted, start, guess + 120 * MINUTE_MS)
    if (found !== undefined) return found
    start = guess + MINUTE_MS
  }
  return undefined
}

/** Whether local time went on as real time did. */
const isSteady = (from: number, to: number, zone: string): boolean =>
  (localMinutes(from, zone) + (to - from) / MINUTE_MS) % DAY_MINUTES === localMinutes(to, zone)
