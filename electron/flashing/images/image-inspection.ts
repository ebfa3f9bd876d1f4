import { FlashError, type Region } from '../flasher.ts'
import { type EspImage, parseEspImage } from './esp-image.ts'

type Found = EspImage | FlashError

/** The result of inspecting an image, for another thread; `region`: its index among the regions. */
export interface Inspection {
  readonly region: number
  readonly at: number
  readonly image: EspImage | undefined
  readonly refused: { readonly code: string; readonly data: FlashError['data'] } | undefined
}

const cache = new WeakMap<Uint8Array, Map<number, Found>>()

const knownOf = (bytes: Uint8Array): Map<number, Found> => {
  const known = cache.get(bytes) ?? new Map<number, Found>()
  cache.set(bytes, known)
  return known
}

/** The image that begins at `at`: checksums and digests are computed once for all units that are given the same array. */
export const inspected = ({ bytes, name }: Region, at: number): Found => {
  const known = knownOf(bytes)
  const before = known.get(at)
  if (before) return before
  let result: Found
  try {
    result = parseEspImage(bytes.subarray(at), name)
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    result = error
  }
  known.set(at, result)
  return result
}

/** All results for these regions, for the thread that is given them. */
export const inspectionsOf = (regions: readonly Region[]): Inspection[] =>
  regions.flatMap(({ bytes }, region) =>
    [...knownOf(bytes)].map(([at, found]) =>
      found instanceof FlashError
        ? { region, at, image: undefined, refused: { code: found.code, data: found.data } }
        : { region, at, image: found, refused: undefined },
    ),
  )

/** Stores another thread's results for the same regions, so that megabytes are hashed there. */
export const remember = (regions: readonly Region[], inspections: readonly Inspection[]): void => {
  for (const { region, at, image, refused } of inspections) {
    const there = regions[region]
    const found = image ?? (refused && new FlashError(refused.code, refused.data))
    if (there && found) knownOf(there.bytes).set(at, found)
  }
}

/** Stores the original's results for a copy in which only the image at `changedAt` was changed. */
export const inherit = (original: Uint8Array, copy: Uint8Array, changedAt: number): void => {
  for (const [at, found] of knownOf(original)) if (at !== changedAt) knownOf(copy).set(at, found)
}
