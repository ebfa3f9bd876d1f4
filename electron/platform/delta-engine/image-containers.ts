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
/** How an image is packed. `uefi`: a UEFI firmware volume; `dense`: no known magic, but as dense as compressed or encrypted bytes. */
export type Container = (typeof containers)[number]

/** The magic of a format: bytes at an offset from the start. */
interface Mark {
  readonly container: Container
  readonly at: number
  readonly bytes: readonly number[]
}

const mark = (container: Container, bytes: string | readonly number[], at = 0): Mark => ({
  container,
  at,
  bytes: typeof bytes === 'string' ? [...Buffer.from(bytes, 'latin1')] : bytes,
})

/**
 * From the formats' own documents: APPNOTE 4.3.7, RFC 1952, xz 1.2.1, bzip2, RFC 8878 3.1.1, lz4 frame 1.6, 7zFormat.txt, squashfs
 * 4.0, UEFI PI 1.8 III-3.2.1.
 */
const marks: readonly Mark[] = [
  mark('zip', 'PK\x03\x04'),
  mark('zip', 'PK\x05\x06'),
  mark('gzip', [0x1f, 0x8b, 0x08]),
  mark('xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  mark('bzip2', 'BZh'),
  mark('zstd', [0x28, 0xb5, 0x2f, 0xfd]),
  mark('lz4', [0x04, 0x22, 0x4d, 0x18]),
  mark('7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  mark('squashfs', 'hsqs'),
  mark('uefi', '_FVH', 40),
  // .lzma: properties lc3 lp0 pb2, dictionary of a power of two from 64 KB, as every lzma program writes by default.
  mark('lzma', [0x5d, 0x00, 0x00]),
]

/** Bytes of a sample, and the number of samples across an image. */
const SAMPLE = 4096
const SAMPLES = 64

/** Bits per byte above which a sample is compressed or encrypted: program code stays below 7, text below 6. */
const DENSE_BITS = 7.8

/** The share of dense samples that is required without a known magic, and with one. */
const DENSE_SHARE = 0.8
const MARKED_SHARE = 0.2

/** Entropy in bits per byte, assuming independent bytes (Shannon 1948); 0 for empty input. */
export const entropyOf = (bytes: Uint8Array): number => {
  const counts = new Int32Array(256)
  for (let i = 0; i < bytes.length; i++) counts[bytes[i] as number] = (counts[bytes[i] as number] as number) + 1
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length)
  return bits
}

/** The share of samples across the image that no compressor would make smaller. */
const denseShare = (image: Uint8Array): number => {
  const stride = Math.max(SAMPLE, Math.floor(image.length / SAMPLES))
  let dense = 0
  let samples = 0
  for (let at = 0; at + SAMPLE <= image.length; at += stride) {
    samples++
    if (entropyOf(image.subarray(at, at + SAMPLE)) >= DENSE_BITS) dense++
  }
  return samples === 0 ? 0 : dense / samples
}

/**
 * How an image is packed; null when it is not packed, or only stores files uncompressed. A small change alters packed bytes
 * completely, so a delta between two packed images is as large as the image.
 */
export const containerOf = (image: Uint8Array): Container | null => {
  const known = marks.find(({ at, bytes }) => bytes.every((byte, i) => image[at + i] === byte))
  const share = denseShare(image)
  if (known && (share >= MARKED_SHARE || image.length < SAMPLE)) return known.container
  return share >= DENSE_SHARE ? 'dense' : null
}
