import type { ByteRange } from './ranges.ts'

/** A `multipart/byteranges` body (RFC 9110 §14.6): the bytes before each range and after the last, with known lengths. */
interface Multipart {
  readonly contentType: string
  /** Bytes of the whole body. */
  readonly length: number
  readonly parts: readonly { readonly head: Buffer; readonly range: ByteRange }[]
  readonly tail: Buffer
}

/** `Content-Range` of one range (RFC 9110 §14.4); positions are inclusive there. */
export const contentRange = ({ start, end }: ByteRange, size: number): string => `bytes ${start}-${end - 1}/${size}`

/**
 * Frames several ranges of one file. The boundary derives from the file's own digest: no file can contain it, and
 * no randomness is needed.
 * @param sha256 lower-case hex digest of the whole file.
 */
export const frameRanges = (
  ranges: readonly ByteRange[],
  { size, sha256, contentType }: { size: number; sha256: string; contentType: string },
): Multipart => {
  const boundary = `ota-${sha256.slice(0, 32)}`
  const parts = ranges.map((range, index) => ({
    range,
    head: Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
      'latin1',
    ),
  }))
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1')
  const length = parts.reduce((sum, { head, range }) => sum + head.length + range.end - range.start, tail.length)
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, parts, tail }
}
