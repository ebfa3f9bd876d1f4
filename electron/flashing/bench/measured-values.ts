import type { CheckValue, MeasuredValue } from '#shared/schema.ts'
import { FlashError } from '../flasher.ts'

/** Characters of a reading that are kept. */
const TEXT_MAX = 64

/** A number as instruments and firmware print it: sign, digits, point, exponent. Hex and words are texts. */
const numberIn = (text: string): number | null =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null

/** Limits as a person writes them: `-80 … 0 dBm`, `≥ -80 dBm`. */
export const limitsText = ({ min, max, unit }: Pick<MeasuredValue, 'min' | 'max' | 'unit'>): string => {
  const range = min !== null && max !== null ? `${min} … ${max}` : min !== null ? `≥ ${min}` : `≤ ${max}`
  return unit === null ? range : `${range} ${unit}`
}

/**
 * What the named groups of a check's pattern read.
 * @param groups the groups by name, in the order of the pattern.
 * @param wanted units and limits; a group without keeps any reading.
 */
export const measuredValues = (
  groups: Readonly<Record<string, string>>,
  wanted: readonly CheckValue[] = [],
): MeasuredValue[] =>
  Object.entries(groups).map(([name, read]) => {
    const { unit = null, min = null, max = null } = wanted.find((value) => value.name === name) ?? {}
    const text = read.trim().slice(0, TEXT_MAX)
    const value = numberIn(text)
    const isLimited = min !== null || max !== null
    const keeps = value !== null && value >= (min ?? value) && value <= (max ?? value)
    return { name, text, value, unit, min, max, good: keeps || !isLimited }
  })

/** Fails the check by its first value that is out of limits. @throws FlashError CHECK_LIMIT, CHECK_NOT_NUMBER. */
export const keepLimits = (check: string, values: readonly MeasuredValue[]): void => {
  const bad = values.find(({ good }) => !good)
  if (!bad) return
  const reading = bad.unit === null || bad.value === null ? bad.text : `${bad.text} ${bad.unit}`
  const said = { name: check, value: bad.name, reading }
  if (bad.value === null) throw new FlashError('CHECK_NOT_NUMBER', said)
  throw new FlashError('CHECK_LIMIT', { ...said, limits: limitsText(bad) })
}
