import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'

/** Records a minute; beyond that they are counted only. */
const PER_MINUTE = 60
/** Refusals remembered as told; the oldest is forgotten first. */
const REMEMBERED = 4096

/** Tells each refusal once. `who` tells one refused party from another and is never written. */
export type RefusalLog = (who: string, reason: string, details: Readonly<Record<string, unknown>>) => void

/**
 * Makes a log of refused requests that a hostile or broken client cannot fill: one record for each party and reason, at
 * most 60 a minute; a record tells how many were left out before it.
 */
export const createRefusalLog = (logger: Pick<Logger, 'warn'>, clock: Pick<Clock, 'now'>): RefusalLog => {
  const told = new Set<string>()
  let minute = 0
  let records = 0
  let leftOut = 0

  return (who, reason, details) => {
    const key = `${reason} ${who}`
    if (told.has(key)) return
    const now = Math.floor(clock.now() / 60_000)
    if (now !== minute) {
      minute = now
      records = 0
    }
    if (records >= PER_MINUTE) {
      leftOut += 1
      return
    }
    records += 1
    told.add(key)
    for (const oldest of told) {
      if (told.size <= REMEMBERED) break
      told.delete(oldest)
    }
    logger.warn({ reason, ...details, ...(leftOut > 0 && { leftOut }) }, 'download refused')
    leftOut = 0
  }
}
