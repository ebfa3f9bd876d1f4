import { DomainError } from '#shared/errors.ts'
import type { DeltaCodec } from './delta-format.ts'

/** The image limits of a format. Separate from the formats, so that the serving thread need not load their compressors. */
interface FormatLimits {
  /** Maximum bytes of either image; unlimited when not set. */
  readonly largest?: number | undefined
  /** The maximum working size for an image of that size, bytes; the image size when not set. */
  readonly work?: (bytes: number) => number
}

/** The maximum size of a view, bytes. A view may always exceed the factor by `VIEW_SPARE`, because a small archive of text shrinks to a tenth. */
const LARGEST_VIEW = 128 << 20
const VIEW_SPARE = 4 << 20
/** Packages expand to four times their size, seldom more. */
const VIEW_EXPANSION = 4

/**
 * The maximum inflated size of a ZIP archive of that size, bytes; entries beyond it stay compressed. An archive that claims to
 * expand a thousandfold takes no more memory than an honest one.
 */
export const largestView = (bytes: number): number => Math.min(LARGEST_VIEW, bytes * VIEW_EXPANSION + VIEW_SPARE)

const formatLimits: Readonly<Record<DeltaCodec['name'], FormatLimits>> = {
  bsdiff: {},
  'hpatch-lite': {},
  detools: {},
  'detools-espressif': {},
  // Above it Node's zstd still generates deltas, but finds almost nothing of the old image, so the format refuses such images.
  zstd: { largest: 32 << 20 },
  // The compared data is inflated.
  zip: { work: largestView, largest: 64 << 20 },
}

/** The working size for images of that size, bytes. */
export const workBytes = (format: DeltaCodec['name'], bytes: number): number =>
  formatLimits[format].work?.(bytes) ?? bytes

/** Whole megabytes, for texts. */
export const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / (1 << 20))} MB`

/** Whether a format supports images of these sizes (bytes). */
export const takesSizes = (format: DeltaCodec['name'], sizes: readonly number[]): boolean => {
  const { largest } = formatLimits[format]
  return largest === undefined || sizes.every((size) => size <= largest)
}

/** @param sizes of the images, in bytes. @throws DIFF_TOO_LARGE: the format does not support that size. */
export const refuseTooLarge = (format: DeltaCodec['name'], sizes: readonly number[]): void => {
  if (!takesSizes(format, sizes))
    throw new DomainError('DIFF_TOO_LARGE', { format, limit: inMegabytes(formatLimits[format].largest ?? 0) })
}
