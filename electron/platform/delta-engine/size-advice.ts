import { type Container, containerOf } from './image-containers.ts'

/** A delta pays below this share of the compressed full image, which every device can receive without a base image. */
const WORTH_SHARE = 0.6

/** Whether a delta pays: `full`: send the full image; `compressed`: compare the uncompressed images instead. */
export interface Advice {
  readonly kind: 'ok' | 'full' | 'compressed'
  /** Bytes of the delta, of the new image, and of the new image compressed. */
  readonly deltaSize: number
  readonly fullSize: number
  readonly compressedSize: number
  /** How the new image is packed; null: no packing detected. */
  readonly container: Container | null
}

/** Rates a delta by its size. @param compressedSize bytes of the new image when compressed alone */
export const adviseOn = (after: Uint8Array, deltaSize: number, compressedSize: number): Advice => {
  const container = containerOf(after)
  const pays = deltaSize <= WORTH_SHARE * Math.min(compressedSize, after.length)
  const kind = pays || after.length === 0 ? 'ok' : container ? 'compressed' : 'full'
  return { kind, deltaSize, fullSize: after.length, compressedSize, container }
}
