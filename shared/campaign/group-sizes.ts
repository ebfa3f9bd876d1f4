import type { RolloutGroup } from './parts.ts'

/**
 * The number of devices in each group of a rollout, the rest last: its percentage of all matching devices, rounded down, at least one,
 * and never more than remain.
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
