/** The check digit of an IMEI (3GPP TS 23.003, annex B: Luhn over all 15 digits). */
const holdsLuhn = (digits: string): boolean =>
  [...digits].reverse().reduce((sum, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0) %
    10 ===
  0

/** The IMEI in a text; undefined where it is none: another length, a wrong check digit, or zeros of a module without one. */
export const imeiIn = (text: string): string | undefined => {
  const digits = /(?:^|\D)(\d{15})(?:\D|$)/.exec(text)?.[1]
  if (digits === undefined || /^(\d)\1*$/.test(digits)) return undefined
  return holdsLuhn(digits) ? digits : undefined
}

/** A MAC as 12 hex digits; undefined where it is none, or one that belongs to nobody. */
export const macIn = (text: string): string | undefined => {
  const digits = text.replace(/[:-]/g, '').toLowerCase()
  if (!/^[0-9a-f]{12}$/.test(digits) || /^(0{12}|f{12})$/.test(digits)) return undefined
  // The lowest bit of the first byte marks a group of stations (IEEE 802, 8.2).
  return (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1 ? undefined : digits
}
