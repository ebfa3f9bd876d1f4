import { DomainError } from '#shared/errors.ts'
import type { PatchFormat } from './format.ts'

/** What a format's images may be. Apart from the formats, whose compressors the serving thread need not load. */
export interface FormatLimits {
  /** Most bytes of either image; every size where nothing is said. */
  readonly largest?: number | undefined
  /** The work is on about so many times the images' bytes. */
  readonly expansion: number
}

export const formatLimits: Readonly<Record<PatchFormat['name'], FormatLimits>> = {
  bsdiff: { expansion: 1 },
  'hpatch-lite': { expansion: 1 },
  detools: { expansion: 1 },
  'detools-espressif': { expansion: 1 },
  // Above it Node's zstd still makes patches, and finds next to nothing of the old image: refused rather than made badly.
  zstd: { expansion: 1, largest: 32 << 20 },
  // What is compared is inflated: packages are four times as large inside, seldom more.
  zip: { expansion: 4, largest: 64 << 20 },
}

/** Bytes that the work on images of so many is about. */
export const workBytes = (format: PatchFormat['name'], bytes: number): number => bytes * formatLimits[format].expansion

/** Whole megabytes, as people are told them. */
export const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / (1 << 20))} MB`

/** Whether a format takes images of these sizes (bytes). */
export const takesSizes = (format: PatchFormat['name'], sizes: readonly number[]): boolean => {
  const { largest } = formatLimits[format]
  return largest === undefined || sizes.every((size) => size <= largest)
}

/** @param sizes of the images, in bytes. @throws DIFF_TOO_LARGE: the format takes none of that size. */
export const refuseTooLarge = (format: PatchFormat['name'], sizes: readonly number[]): void => {
  if (!takesSizes(format, sizes))
    throw new DomainError('DIFF_TOO_LARGE', { format, limit: inMegabytes(formatLimits[format].largest ?? 0) })
}
