import type { LzmaOptions } from './options.ts'
import { parse } from './parse.ts'
import { createSymbolWriter } from './writer.ts'

/** Writes a raw LZMA1 stream (no header) with the end marker, which decoders that know the size never reach. */
export const encodeLzma = (bytes: Uint8Array, options: LzmaOptions): Uint8Array => {
  const writer = createSymbolWriter(bytes, options)
  parse(bytes, options, writer)
  return writer.end()
}
