import { DomainError } from '#shared/errors.ts'
import type { DeltaCodec } from './delta-format.ts'

/** What a format's images may be. Apart from the formats, whose compressors the serving thread need not load. */
export interface FormatLimits {
  /** Most bytes of either image; every size where nothing is said. */
  readonly largest?: number | undefined
  /** Most bytes that the work on an image of so many is about; as many where nothing is said. */
  readonly work?: (bytes: number) => number
}

/** Larger ones are not looked into, and a little of a small archive is always: text becomes a tenth. */
const LARGEST_VIEW = 128 << 20
const VIEW_SPARE = 4 << 20
/** Packages are four times as large inside, seldom more. */
const VIEW_EXPANSION = 4

/**
 * Most bytes that a ZIP archive of so many is made of inside: what is beyond stays packed. An archive that claims to be a thousand times as
 * large inside takes no more memory than an honest one.
 */
export const largestView = (bytes: number): number => Math.min(LARGEST_VIEW, bytes * VIEW_EXPANSION + VIEW_SPARE)

export const formatLimits: Readonly<Record<DeltaCodec['name'], FormatLimits>> = {
  bsdiff: {},
  'hpatch-lite': {},
  detools: {},
  'detools-espressif': {},
  // Above it Node's zstd still makes deltas, and finds next to nothing of the old image: refused rather than made badly.
  zstd: { largest: 32 << 20 },
  // What is compared is inflated.
  zip: { work: largestView, largest: 64 << 20 },
}

/** Bytes that the work on images of so many is about. */
export const workBytes = (format: DeltaCodec['name'], bytes: number): number =>
  formatLimits[format].work?.(bytes) ?? bytes

/** Whole megabytes, as people are told them. */
export const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / (1 << 20))} MB`

/** Whether a format takes images of these sizes (bytes). */
export const takesSizes = (format: DeltaCodec['name'], sizes: readonly number[]): boolean => {
  const { largest } = formatLimits[format]
  return largest === undefined || sizes.every((size) => size <= largest)
}

/** @param sizes of the images, in bytes. @throws DIFF_TOO_LARGE: the format takes none of that size. */
export const refuseTooLarge = (format: DeltaCodec['name'], sizes: readonly number[]): void => {
  if (!takesSizes(format, sizes))
    throw new DomainError('DIFF_TOO_LARGE', { format, limit: inMegabytes(formatLimits[format].largest ?? 0) })
}
