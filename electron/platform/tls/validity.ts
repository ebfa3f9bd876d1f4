interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Many devices have no battery-backed clock and start at 1970-01-01 00:00 UTC. The date is not earlier, because firmware that
 * counts seconds since 1970 as unsigned reads an earlier date as one far in the future.
 */
export const FIRST_MOMENT = new Date(0)
/** The last full year of firmware that counts seconds in signed 32 bits; before 2050, so a UTCTime (RFC 5280 §4.1.2.5.1). */
const LAST_32_BIT_YEAR_END = Date.UTC(2037, 11, 31, 23, 59, 59)
const YEARS = 10

/**
 * The validity of a certificate: from the earliest time of any device's clock to the end of signed 32-bit time, or ten years from
 * now if that is later. It does not depend on this machine's clock, which may be wrong at creation.
 * @param now milliseconds since 1970.
 */
export const validityAt = (now: number): Validity => {
  const inTenYears = new Date(now)
  inTenYears.setUTCFullYear(inTenYears.getUTCFullYear() + YEARS)
  inTenYears.setUTCMilliseconds(0)
  return { notBefore: FIRST_MOMENT, notAfter: new Date(Math.max(inTenYears.getTime(), LAST_32_BIT_YEAR_END)) }
}

const DAY = 86_400_000
/** A server certificate is reissued this long before it expires. */
export const RENEW_BEFORE = 30 * DAY
/** Operators are warned this long before an authority expires, because a new one must be installed on every device. */
const TELL_BEFORE = 180 * DAY

type Timeliness = 'good' | 'ending' | 'expired' | 'notYetValid'

/** The state of a certificate at a time (milliseconds since 1970). */
export const timelinessOf = (from: Date, to: Date, now: number): Timeliness => {
  if (now < from.getTime()) return 'notYetValid'
  if (now > to.getTime()) return 'expired'
  return now > to.getTime() - TELL_BEFORE ? 'ending' : 'good'
}
