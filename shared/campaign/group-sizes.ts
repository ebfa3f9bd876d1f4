import type { RolloutGroup } from './parts.ts'

/**
 * How many devices each group of a rollout gets, the rest last: its percentage of all that match, rounded down, at least one,
 * and never more than are left.
 */
export const groupSizes = (matching: number, groups: readonly Pick<RolloutGroup, 'percent'>[]): readonly number[] => {
  let left = matching
  const sizes = groups.map(({ percent }) => {
    const size = Math.min(left, Math.max(1, Math.floor((matching * percent) / 100)))
    left -= size
    return size
  })
  return [...sizes, left]
}
