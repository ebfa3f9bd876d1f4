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
