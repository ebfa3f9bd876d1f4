/** How an LZMA1 stream is written; a decoder needs the same figures. */
export interface LzmaOptions {
  /** Bytes a match may reach back, which is the memory a decoder needs for its window. */
  readonly dictionarySize: number
  /** Bits of the last literal that choose the context of the next one, 0-4. */
  readonly lc: number
  /** Bits of the position that choose the context of a literal, 0-4; lc + lp is 4 at most. */
  readonly lp: number
  /** Bits of the position that choose the context of everything else, 0-4. */
  readonly pb: number
}

/** The byte that says how a stream was written (LZMA specification, "lc, lp and pb"). */
export const lzmaProperties = ({ lc, lp, pb }: LzmaOptions): number => (pb * 5 + lp) * 9 + lc
