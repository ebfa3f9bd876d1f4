/** Whether a patch pays: `full`: send the full image; `compressed`: compare the uncompressed images instead. */
export interface Advice {
  readonly kind: 'ok' | 'full' | 'compressed'
  /** Size of the patch, of the new image, and of the new image compressed; bytes. */
  readonly patchSize: number
  readonly fullSize: number
  readonly compressedSize: number
  /** What the new image is packed as, such as `gzip`; null: not packed as far as can be seen. */
  readonly container: Container | null
}

export const containers = [
  'zip',
  'gzip',
  'xz',
  'bzip2',
  'zstd',
  'lz4',
  'lzma',
  '7z',
  'squashfs',
  'uefi',
  'dense',
] as const
/** `dense`: no known mark, but as dense as compressed or encrypted bytes. `uefi`: a UEFI firmware volume. */
export type Container = (typeof containers)[number]
