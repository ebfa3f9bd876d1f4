import { setImmediate } from 'node:timers/promises'

/** Rows that are compared without a pause: about 5 ms. */
const PIECE = 5000
/** Rows of a table that a search reads at most. */
const ROWS_MAX = 1_000_000

interface Given {
  /** The highest id of the table. */
  readonly last: number
  readonly limit: number
  /** Rows that match with `above < id <= upTo`, newest first. */
  readonly read: (upTo: number, above: number, limit: number) => readonly string[]
  readonly signal: AbortSignal | undefined
  /** @default ROWS_MAX */
  readonly rows?: number
}

/**
 * Reads a table from its end, piece by piece, until it has found enough; others are served between the pieces.
 * @throws the signal's reason when the caller has gone.
 */
export const inPieces = async ({ last, limit, read, signal, rows = ROWS_MAX }: Given): Promise<string[]> => {
  const found = new Set<string>()
  const end = Math.max(0, last - rows)
  for (let upTo = last; upTo > end && found.size < limit; upTo -= PIECE) {
    for (const name of read(upTo, Math.max(end, upTo - PIECE), limit)) if (found.size < limit) found.add(name)
    await setImmediate()
    signal?.throwIfAborted()
  }
  return [...found]
}

/** As `inPieces`, for names in the order of their index. @param after names behind this one, in order. */
export const namesInPieces = async (
  read: (after: string, limit: number) => readonly string[],
  { matches, limit, signal }: { matches: (name: string) => boolean; limit: number; signal: AbortSignal | undefined },
): Promise<string[]> => {
  const found: string[] = []
  let after = ''
  for (let seen = 0; seen < ROWS_MAX && found.length < limit; seen += PIECE) {
    const names = read(after, PIECE)
    found.push(...names.filter(matches))
    const last = names.at(-1)
    if (last === undefined || names.length < PIECE) break
    after = last
    await setImmediate()
    signal?.throwIfAborted()
  }
  return found.slice(0, limit)
}
