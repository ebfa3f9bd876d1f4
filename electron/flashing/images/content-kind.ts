import { packedContent } from './file-kinds.ts'

/** Bytes of a file that tell what it is. */
const headBytes = 1024

/** Beginnings of documents and pictures, with the names that everybody uses for them. */
const beginnings: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
]

const isPrintable = (byte: number): boolean => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** The text at the beginning, without a byte order mark; undefined where the bytes are no text. */
const headText = (bytes: Uint8Array): string | undefined => {
  const head = bytes.subarray(0, headBytes)
  // A text has no control characters; its last character may be cut here.
  if (head.length === 0 || head.some((byte) => byte === 0x7f || !isPrintable(byte))) return undefined
  const text = new TextDecoder('utf-8', { fatal: false }).decode(head).replace(/\ufffd{1,3}$/, '')
  return text.includes('\ufffd') ? undefined : text.trimStart()
}

/**
 * What a file is, when it is one of the usual files that are no firmware: the name of its format, the same in all languages; undefined
 * for everything else.
 */
export const foreignKind = (bytes: Uint8Array): string | undefined => {
  const packed = packedContent(bytes)
  if (packed) return packed.kind ?? 'HTML'
  const begun = beginnings.find(([, beginning]) => beginning.every((byte, at) => bytes[at] === byte))
  if (begun) return begun[0]
  const text = headText(bytes)
  if (text === undefined) return undefined
  return /^[{[]/.test(text) ? 'JSON' : 'TXT'
}

/** Whether the bytes are a partition table of ESP-IDF as text (ESP-IDF, "Partition Tables": name, type, subtype, offset, size, flags). */
export const looksLikePartitionCsv = (bytes: Uint8Array): boolean => {
  const text = headText(bytes)
  return (
    text !== undefined && /^[\w .-]{1,24},[ \t]*(app|data|bootloader|0x0?[01]|[01])[ \t]*,[ \t]*\w+[ \t]*,/im.test(text)
  )
}

/** Whether all bytes are those of erased flash, or all are zero. */
export const isBlank = (bytes: Uint8Array): boolean => {
  const [first] = bytes
  return (first === 0xff || first === 0) && bytes.every((byte) => byte === first)
}

/** Firmware has repetitions; what has none is encrypted, compressed or random. */
const randomBits = 7.9
const randomBytes = 64 * 1024
const leastBytes = 4096

/** Whether the bytes look encrypted or random: their entropy is that of noise. False for too few bytes to tell. */
export const looksRandom = (bytes: Uint8Array): boolean => {
  const sample = bytes.subarray(0, randomBytes)
  if (sample.length < leastBytes) return false
  const counts = new Uint32Array(256)
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1
  let bits = 0
  for (const count of counts) {
    const share = count / sample.length
    if (count > 0) bits -= share * Math.log2(share)
  }
  return bits >= randomBits
}
