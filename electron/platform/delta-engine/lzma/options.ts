/** The parameters of an LZMA1 stream; a decoder needs the same ones. */
export interface LzmaOptions {
  /** The maximum distance of a match, bytes: the memory that a decoder needs for its window. */
  readonly dictionarySize: number
  /** Bits of the last literal that select the context of the next one, 0-4. */
  readonly lc: number
  /** Bits of the position that select the context of a literal, 0-4; lc + lp is 4 at most. */
  readonly lp: number
  /** Bits of the position that select the context of everything else, 0-4. */
  readonly pb: number
}

/** The properties byte of a stream (LZMA specification, "lc, lp and pb"). */
export const lzmaProperties = ({ lc, lp, pb }: LzmaOptions): number => (pb * 5 + lp) * 9 + lc
