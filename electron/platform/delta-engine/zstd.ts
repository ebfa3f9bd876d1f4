import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { BadDeltaError, type DeltaCodec } from './delta-format.ts'

const LEVEL = 19

/** Bits of the largest supported window: 2^27 bytes, as `zstd --long=27`. */
const LONGEST_WINDOW = 27

/** Window bits that hold both images; zstd supports no window below 10 bits. */
const windowFor = (bytes: number): number => Math.min(LONGEST_WINDOW, Math.max(10, Math.ceil(Math.log2(bytes + 1))))

/** A zstd frame with the old image as its prefix; `zstd -d --long=27 --delta-from=OLD` restores it (RFC 8878). */
export const zstd: DeltaCodec = {
  name: 'zstd',
  async make(before, after, { signal, onProgress }) {
    signal?.throwIfAborted()
    const delta = zstdCompressSync(after, {
      ...(before.length > 0 && { dictionary: before }),
      pledgedSrcSize: after.length,
      params: {
        [constants.ZSTD_c_compressionLevel]: LEVEL,
        [constants.ZSTD_c_windowLog]: windowFor(before.length + after.length),
        [constants.ZSTD_c_checksumFlag]: 1,
        [constants.ZSTD_c_dictIDFlag]: 0,
      },
    })
    onProgress?.(1)
    return delta
  },
  async restore(before, delta, limit) {
    try {
      return zstdDecompressSync(delta, {
        ...(before.length > 0 && { dictionary: before }),
        maxOutputLength: Math.max(1, limit),
        params: { [constants.ZSTD_d_windowLogMax]: LONGEST_WINDOW },
      })
    } catch (cause) {
      throw new BadDeltaError('ZSTD_OTHER_BASE', { cause })
    }
  },
}
