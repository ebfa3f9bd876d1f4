import { type DeltaFault, deltaFaultDetail } from '#shared/delta-faults.ts'
import type { DeltaFormat } from '#shared/delta-formats.ts'

/** A stretch of the new image that the old one nearly contains: bytes at `newPos` are those at `oldPos` plus small differences. All in bytes. */
export interface Cover {
  readonly oldPos: number
  readonly newPos: number
  readonly length: number
}

/** The abort signal of a long task, and its progress callback (0-1). */
export interface Steps {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
}

/** A delta format. Pure: bytes in, bytes out; runs in a worker. `restore` never reads or writes out of bounds, and terminates for any input. */
export interface DeltaCodec {
  readonly name: Exclude<DeltaFormat, 'custom'>
  /** Writes the delta from `before` to `after`. @throws UnsupportedImageError, the signal's reason. */
  make(before: Uint8Array, after: Uint8Array, steps: Steps): Promise<Uint8Array>
  /** @param limit the maximum size of the output, bytes. @throws BadDeltaError. */
  restore(before: Uint8Array, delta: Uint8Array, limit: number): Promise<Uint8Array>
}

/** The delta is not of that format, or not for that image. */
export class BadDeltaError extends Error {
  override readonly name = 'BadDeltaError'
  readonly fault: DeltaFault

  /** @param found details from the decoder */
  constructor(fault: DeltaFault, options?: ErrorOptions, found?: string) {
    super(deltaFaultDetail(fault, found), options)
    this.fault = fault
  }
}

/** An image that the format does not support. */
export class UnsupportedImageError extends Error {
  override readonly name = 'UnsupportedImageError'
  readonly fault: DeltaFault

  constructor(fault: DeltaFault, options?: ErrorOptions) {
    super(deltaFaultDetail(fault), options)
    this.fault = fault
  }
}
