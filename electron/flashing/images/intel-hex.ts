import { FlashError } from '../flasher.ts'
import { bigEndian, hexBytes, looksLikeRecords, numberedLines, sumOf } from './hex-lines.ts'
import { joinPieces, type Piece } from './join-pieces.ts'
import type { ParsedImage } from './parsed-image.ts'

/** Record types (Intel, "Hexadecimal Object File Format Specification", revision A). */
const record = { data: 0, end: 1, segment: 2, startSegment: 3, linear: 4, startLinear: 5 } as const
const bodySizes: Readonly<Record<number, number>> = {
  [record.end]: 0,
  [record.segment]: 2,
  [record.startSegment]: 4,
  [record.linear]: 2,
  [record.startLinear]: 4,
}

/** Lines of a colon and the digits of a record. */
export const looksLikeIntelHex = (text: string): boolean => looksLikeRecords(text, /^:/, /^:[0-9a-f]{10,}$/i)

const pieceOf = (base: number, segmented: boolean, offset: number, bytes: Uint8Array, line: number): Piece[] => {
  const fitting = 0x1_0000 - offset
  if (bytes.length <= fitting) return [{ address: base + offset, bytes, line }]
  // Offsets wrap within a segment's 64 KiB; in linear records they run on (specification, 3 and 7).
  const rest = segmented ? base : base + 0x1_0000
  return [
    { address: base + offset, bytes: bytes.subarray(0, fitting), line },
    { address: rest, bytes: bytes.subarray(fitting), line },
  ]
}

/** All six record types. @throws FlashError naming the line; IMAGE_NO_END where the file was cut off. */
export const parseIntelHex = (text: string, name: string): ParsedImage => {
  const pieces: Piece[] = []
  let base = 0
  let segmented = false
  let entry: number | undefined
  let ended = false
  for (const [line, content] of numberedLines(text)) {
    const broken = () => new FlashError('IMAGE_LINE_BROKEN', { name, line })
    if (ended) throw new FlashError('IMAGE_AFTER_END', { name, line })
    if (!content.startsWith(':')) throw broken()
    const bytes = hexBytes(content.slice(1), name, line)
    const [count = -1, high = 0, low = 0, type = -1] = bytes
    if (bytes.length !== count + 5) throw broken()
    if (sumOf(bytes) !== 0) throw new FlashError('IMAGE_LINE_CHECKSUM', { name, line })
    const body = bytes.subarray(4, -1)
    if (type !== record.data && bodySizes[type] !== count) throw broken()
    switch (type) {
      case record.data:
        pieces.push(...pieceOf(base, segmented, high * 256 + low, body, line))
        break
      case record.end:
        ended = true
        break
      case record.segment:
        base = bigEndian(body) * 16
        segmented = true
        break
      case record.linear:
        base = bigEndian(body) * 0x1_0000
        segmented = false
        break
      case record.startSegment:
        entry = bigEndian(body.subarray(0, 2)) * 16 + bigEndian(body.subarray(2))
        break
      default:
        entry = bigEndian(body)
    }
  }
  if (!ended) throw new FlashError('IMAGE_NO_END', { name })
  return { format: 'hex', regions: joinPieces(pieces, name), entry }
}
