import { groupSizes } from '#shared/campaign/group-sizes.ts'

/** Gradual rollout: the number of devices that a percentage of the matching devices means, rounded down, at least one. */
export const greyCount = (matching: number, percent: number | undefined): number =>
  percent === undefined ? matching : Math.min(matching, Math.max(1, Math.floor((matching * percent) / 100)))

/** Which group a device belongs to: the n-th matching device (from 0, in the order of ids), by the planned sizes. */
interface Split {
  /** The number of devices that get an upgrade. */
  readonly total: number
  /** Sizes of the groups, the rest last. */
  readonly sizes: readonly number[]
}

export const splitOf = (
  matching: number,
  percent: number | undefined,
  groups: readonly { readonly percent: number }[],
): Split => {
  const total = greyCount(matching, percent)
  return { total, sizes: groupSizes(total, groups) }
}

/**
 * The group of the n-th matching device; devices that match only after the count belong to the rest.
 * @returns undefined when the percentage leaves the device out.
 */
export const groupOf = (split: Split, n: number, percent: number | undefined): number | undefined => {
  if (percent !== undefined && n >= split.total) return undefined
  let before = 0
  for (const [index, size] of split.sizes.entries()) {
    before += size
    if (n < before) return index
  }
  return split.sizes.length - 1
}
