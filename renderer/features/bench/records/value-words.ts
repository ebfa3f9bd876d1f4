import type { MeasuredValue } from '#shared/schema.ts'

/** A computed number with four digits: more would claim what no fixture measures. */
export const measured = (value: number): string => String(Number(value.toPrecision(4)))

/** `-80 … 0`, `≥ -80`, `≤ 3.4`; undefined without limits. */
export const limitsWords = ({ min, max }: Pick<MeasuredValue, 'min' | 'max'>): string | undefined => {
  if (min !== null && max !== null) return `${min} … ${max}`
  return min !== null ? `≥ ${min}` : max !== null ? `≤ ${max}` : undefined
}
