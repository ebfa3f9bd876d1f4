import type { RecipeCheckResult } from '#shared/schema.ts'

type Region = RecipeCheckResult['regions'][number]

/** A part of the map: a region, or the gap between two. */
interface MapPart {
  readonly address: number
  readonly size: number
  readonly region: Region | undefined
  /** Its index among the regions, for its colour. */
  readonly index: number
  /** Its share of the width: by the square root of its size, because 20 KB would be invisible next to 4 MB. */
  readonly weight: number
}

/** Regions ordered by address, with the gaps between them; overlaps are drawn next to each other. */
export const mapOf = (regions: readonly Region[]): readonly MapPart[] => {
  const parts: MapPart[] = []
  let end = regions[0]?.address ?? 0
  regions.forEach((region, index) => {
    const gap = region.address - end
    if (gap > 0) parts.push({ address: end, size: gap, region: undefined, index, weight: Math.sqrt(gap) })
    parts.push({ address: region.address, size: region.size, region, index, weight: Math.sqrt(region.size) })
    end = Math.max(end, region.address + region.size)
  })
  return parts
}
