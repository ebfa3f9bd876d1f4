import { BadDeltaError } from './delta-format.ts'

/** A sequential stream of bytes from a decoder. Both calls throw BadDeltaError when there are no more bytes, or no valid ones. */
export interface ByteSource {
  /** The next byte, 0-255. */
  next(): number
  /** Reads as many bytes as `target` holds. */
  fill(target: Uint8Array): void
}

/** Uncompressed bytes. */
export const storedSource = (bytes: Uint8Array): ByteSource & { readonly rest: () => Uint8Array } => {
  let at = 0
  return {
    next() {
      if (at >= bytes.length) throw new BadDeltaError('DELTA_INCOMPLETE')
      return bytes[at++] as number
    },
    fill(target) {
      if (target.length > bytes.length - at) throw new BadDeltaError('DELTA_INCOMPLETE')
      target.set(bytes.subarray(at, at + target.length))
      at += target.length
    },
    rest: () => bytes.subarray(at),
  }
}
