import { BadDeltaError } from './delta-format.ts'

/** Bytes that come one after another out of a decoder. Both calls throw BadDeltaError where there are no more, or none that make sense. */
export interface ByteSource {
  /** The next byte, 0-255. */
  next(): number
  /** The next bytes, as many as `target` has places. */
  fill(target: Uint8Array): void
}

/** Bytes as they are. */
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
