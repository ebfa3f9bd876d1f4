import type { ValueDetail } from '#shared/schema.ts'

/** One reading of a measured value. */
export interface Reading {
  readonly recordId: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Null: not a number. */
  readonly value: number | null
  readonly good: boolean
}

interface Limits {
  readonly min: number | null
  readonly max: number | null
}

type Spread = Pick<ValueDetail, 'count' | 'bad' | 'mean' | 'deviation' | 'lowest' | 'highest' | 'cp' | 'cpk'>

/** Of the moving range of two readings: AIAG, Statistical Process Control, 2nd edition, table of constants. */
const D2 = 1.128
const BARS_MAX = 24

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Cp and Cpk by the average moving range (AIAG SPC, chapter IV); with one limit there is no Cp. */
const capability = (values: readonly number[], middle: number, { min, max }: Limits): Pick<Spread, 'cp' | 'cpk'> => {
  const ranges = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? value)))
  const sigma = ranges.length === 0 ? 0 : mean(ranges) / D2
  if (sigma === 0) return { cp: null, cpk: null }
  const sides = [max === null ? [] : [max - middle], min === null ? [] : [middle - min]].flat()
  return {
    cp: min === null || max === null ? null : (max - min) / (6 * sigma),
    cpk: sides.length === 0 ? null : Math.min(...sides) / (3 * sigma),
  }
}

/** Count, spread and capability of readings, oldest first. */
export const spreadOf = (readings: readonly Reading[], limits: Limits): Spread => {
  const values = readings.flatMap(({ value }) => (value === null ? [] : [value]))
  const bad = readings.filter(({ good }) => !good).length
  if (values.length === 0)
    return { count: 0, bad, mean: null, deviation: null, lowest: null, highest: null, cp: null, cpk: null }
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return {
    count: values.length,
    bad,
    mean: middle,
    deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    lowest: values.reduce((low, value) => Math.min(low, value)),
    highest: values.reduce((high, value) => Math.max(high, value)),
    ...capability(values, middle, limits),
  }
}

/** A round width of at least `least`: 1, 2 or 5 times a power of ten. */
const roundWidth = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((times) => times * power >= least) ?? 10) * power
}

/** A histogram of at most 24 bars, whose borders are round numbers; one bar where all readings are equal. */
export const barsOf = (values: readonly number[]): ValueDetail['bars'] => {
  if (values.length === 0) return []
  const lowest = values.reduce((low, value) => Math.min(low, value))
  const highest = values.reduce((high, value) => Math.max(high, value))
  const width =
    lowest === highest
      ? 0
      : roundWidth((highest - lowest) / Math.min(BARS_MAX - 1, Math.ceil(Math.sqrt(values.length)) + 2))
  // Readings as close together as numbers can be have no bar between them.
  if (width === 0 || lowest + width === lowest) return [{ from: lowest, to: highest, count: values.length }]
  const first = Math.floor(lowest / width)
  const counts = Array<number>(Math.floor(highest / width) - first + 1).fill(0)
  for (const value of values) {
    const at = Math.min(counts.length - 1, Math.max(0, Math.floor(value / width) - first))
    counts[at] = (counts[at] ?? 0) + 1
  }
  // Ten digits: a border such as 0.30000000000000004 is 0.3.
  const border = (at: number): number => Number(((first + at) * width).toPrecision(10))
  return counts.map((count, at) => ({ from: border(at), to: border(at + 1), count }))
}
