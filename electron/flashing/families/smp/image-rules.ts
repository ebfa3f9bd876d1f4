import type { CheckedImage } from '#shared/schema.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { looksLikeElf } from '../../images/elf.ts'
import { refuseStrangeFile } from '../../images/file-kinds.ts'
import { textOf } from '../../images/hex-lines.ts'
import { type ImageRules, type Problem, rawImage, refusal, warning } from '../../images/image-rules.ts'
import { looksLikeIntelHex } from '../../images/intel-hex.ts'
import { packedProblem } from '../../images/packed-problem.ts'
import { looksLikeSrec } from '../../images/srec.ts'
import { isNoImage, type McubootImage, type NoImage, readMcubootImage } from './mcuboot-image.ts'

/** Hashing megabytes is done once for all units that are given the same array. */
const known = new WeakMap<Uint8Array, McubootImage | NoImage>()

/** The image in a file's bytes. */
export const imageIn = (bytes: Uint8Array): McubootImage | NoImage => {
  const read = known.get(bytes) ?? readMcubootImage(bytes)
  known.set(bytes, read)
  return read
}

/** Bytes of a file that tell its format. */
const headBytes = 16 * 1024

/** Linker output and its text forms, in which no image is signed as a unit takes it. */
const unsignedFormat = (bytes: Uint8Array): string | undefined => {
  if (looksLikeElf(bytes)) return 'ELF'
  const head = textOf(bytes.subarray(0, headBytes))
  if (looksLikeIntelHex(head)) return 'HEX'
  return looksLikeSrec(head) ? 'S-record' : undefined
}

/** Codes of what is no image at all. */
const noImageCodes: Readonly<Record<NoImage['wrong'], string>> = {
  header: 'SMP_NO_HEADER',
  old: 'SMP_OLD_FORMAT',
  short: 'SMP_TRUNCATED',
  tags: 'SMP_TAGS_DAMAGED',
}

const problemsOf = (region: Region): Problem[] => {
  const { name, bytes } = region
  const image = imageIn(bytes)
  if (isNoImage(image)) {
    const packed = packedProblem(region, refusal)
    if (packed) return [packed]
    const sizes = image.wrong === 'short' && { needed: image.needed, size: bytes.length }
    return [refusal(noImageCodes[image.wrong], { name, ...sizes })]
  }
  const { hash, isPure, isIntact, isSigned, isBootable, rest } = image
  return [
    ...(!hash && !isPure ? [refusal('SMP_NO_HASH', { name })] : []),
    ...(hash && !isIntact ? [refusal('SMP_HASH', { name })] : []),
    ...(isSigned ? [] : [warning('SMP_UNSIGNED', { name })]),
    ...(isBootable ? [] : [warning('SMP_NOT_BOOTABLE', { name })]),
    ...(rest === 'padding' ? [warning('SMP_PADDED', { name, size: image.size, padded: bytes.length })] : []),
    ...(rest === 'other' ? [warning('SMP_TRAILING', { name, size: image.size, whole: bytes.length })] : []),
  ]
}

/** Two files that are the same image: the second one would be sent for nothing, or under a wrong number. */
const twins = (regions: readonly Region[]): Problem[] => {
  const seen = new Map<string, string>()
  return regions.flatMap(({ name, bytes }) => {
    const image = imageIn(bytes)
    const hash = isNoImage(image) || !image.hash ? undefined : Buffer.from(image.hash).toString('hex')
    const first = hash === undefined ? undefined : seen.get(hash)
    if (hash !== undefined) seen.set(hash, name)
    return first === undefined ? [] : [warning('SMP_TWINS', { first, second: name })]
  })
}

/** Codes of files that refuse a unit. */
export const imageRefusals: readonly string[] = [
  'SMP_SIGN_FIRST',
  ...Object.values(noImageCodes),
  'SMP_NO_HASH',
  'SMP_HASH',
]

/** What units with MCUboot take: binary images with its header, as imgtool signs them. */
export const smpImages: ImageRules = {
  parse(bytes, name) {
    const format = unsignedFormat(bytes)
    if (format !== undefined) throw new FlashError('SMP_SIGN_FIRST', { name, format })
    refuseStrangeFile(bytes, name)
    return rawImage(bytes, name, 0)
  },
  chipOf: () => undefined,
  check: (regions) => [...regions.flatMap(problemsOf), ...twins(regions)],
  describe: (regions) => ({
    partitions: [],
    images: regions.map(({ name, bytes }): CheckedImage => {
      const image = imageIn(bytes)
      if (isNoImage(image)) return { name, kind: 'data' }
      return { name, kind: 'app', version: image.version, ...(image.isSigned && { signed: true }) }
    }),
  }),
}
