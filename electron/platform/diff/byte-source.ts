/** Bytes that come one after another out of a decoder. Both calls throw BadPatchError where there are no more, or none that make sense. */
export interface ByteSource {
  /** The next byte, 0-255. */
  next(): number
  /** The next bytes, as many as `target` has places. */
  fill(target: Uint8Array): void
}
