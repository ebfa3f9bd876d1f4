import { FlashError } from '../flasher.ts'
import { bigEndian, hexBytes, looksLikeRecords, numberedLines, sumOf } from './hex-lines.ts'
import { joinPieces, type Piece } from './join-pieces.ts'
import type { ParsedImage } from './parsed-image.ts'

/** Bytes of the address field by record type (Motorola S-record format): S1-S3 data, S5 and S6 counts, S7-S9 the end. */
const addressSizes: Readonly<Record<string, number>> = { 0: 2, 1: 2, 2: 3, 3: 4, 5: 2, 6: 3, 7: 4, 8: 3, 9: 2 }

/** Lines of a record's letter, type, length and digits. */
export const looksLikeSrec = (text: string): boolean => looksLikeRecords(text, /^S[0-9]/i, /^S[0-9][0-9a-f]{6,}$/i)

/** S19, S28 and S37. @throws FlashError naming the line; IMAGE_NO_END, IMAGE_RECORD_COUNT where lines are missing. */
export const parseSrec = (text: string, name: string): ParsedImage => {
  const pieces: Piece[] = []
  let entry: number | undefined
  let records = 0
  let ended = false
  /** The last record says how many there are, with which srec_cat ends a file that has no start address. */
  let counted = false
  for (const [line, content] of numberedLines(text)) {
    const type = content[1] ?? ''
    const addressSize = addressSizes[type]
    const bytes = hexBytes(content.slice(2), name, line)
    const fits = bytes.length === (bytes[0] ?? 0) + 1
    if (ended) throw new FlashError('IMAGE_AFTER_END', { name, line })
    if (content[0]?.toUpperCase() !== 'S' || !addressSize || !fits || bytes.length < addressSize + 2) {
      throw new FlashError('IMAGE_LINE_BROKEN', { name, line })
    }
    if (sumOf(bytes) !== 0xff) throw new FlashError('IMAGE_LINE_CHECKSUM', { name, line })
    const address = bigEndian(bytes.subarray(1, 1 + addressSize))
    switch (type) {
      case '0':
        break
      case '1':
      case '2':
      case '3':
        records += 1
        counted = false
        pieces.push({ address, bytes: bytes.subarray(1 + addressSize, -1), line })
        break
      case '5':
      case '6':
        // The count is as wide as its field.
        if (address !== records % 256 ** addressSize) throw new FlashError('IMAGE_RECORD_COUNT', { name, line })
        counted = true
        break
      default:
        entry = address
        ended = true
    }
  }
  if (!ended && !counted) throw new FlashError('IMAGE_NO_END', { name })
  return { format: 'srec', regions: joinPieces(pieces, name), entry }
}
