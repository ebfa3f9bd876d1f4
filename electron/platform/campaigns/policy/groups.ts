import { groupSizes } from '#shared/campaign/group-sizes.ts'

/** Grey: how many of the matching devices a percentage means, rounded down, at least one. */
export const greyCount = (matching: number, percent: number | undefined): number =>
  percent === undefined ? matching : Math.min(matching, Math.max(1, Math.floor((matching * percent) / 100)))

/** Who goes into which group: the n-th matching device (from 0, in the order of ids), by the sizes that were planned. */
export interface Split {
  /** Devices that get an upgrade at all. */
  readonly total: number
  /** The rest last. */
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
 * The group of the n-th matching device; devices that came to match after the count was taken belong to the rest.
 * @returns undefined where the percentage leaves it out.
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
