export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Many devices have no clock that runs on: they start at 1970-01-01 00:00 UTC. Not earlier, as firmware that counts seconds
 * since 1970 without a sign takes an earlier date for one far ahead.
 */
export const FIRST_MOMENT = new Date(0)
/** The last whole year of firmware that counts seconds in 32 bits with a sign; before 2050, so a UTCTime (RFC 5280 §4.1.2.5.1). */
const LAST_32_BIT_YEAR_END = Date.UTC(2037, 11, 31, 23, 59, 59)
const YEARS = 10

/**
 * For how long a certificate is made: from the first moment of any device's clock, to the end of what clocks of 32 bits can
 * tell, or ten years where that is less. It does not hang on this machine's clock, which may be wrong while it is made.
 * @param now milliseconds since 1970.
 */
export const validityAt = (now: number): Validity => {
  const inTenYears = new Date(now)
  inTenYears.setUTCFullYear(inTenYears.getUTCFullYear() + YEARS)
  inTenYears.setUTCMilliseconds(0)
  return { notBefore: FIRST_MOMENT, notAfter: new Date(Math.max(inTenYears.getTime(), LAST_32_BIT_YEAR_END)) }
}

const DAY = 86_400_000
/** A certificate of the server's is made again this long before it ends. */
export const RENEW_BEFORE = 30 * DAY
/** Of an authority's end people are told this long before: a new one has to be brought to every device. */
export const TELL_BEFORE = 180 * DAY

export type Timeliness = 'good' | 'ending' | 'expired' | 'notYetValid'

/** How a certificate stands at a time (milliseconds since 1970). */
export const timelinessOf = (from: Date, to: Date, now: number): Timeliness => {
  if (now < from.getTime()) return 'notYetValid'
  if (now > to.getTime()) return 'expired'
  return now > to.getTime() - TELL_BEFORE ? 'ending' : 'good'
}
