import { randomBytes } from 'node:crypto'

/** Unpredictable values as a dependency, so that tests control them. */
export interface Random {
  /** Base64url text of that many random bytes: only letters, digits, `-`, `_`. */
  token(bytes: number): string
}

export const systemRandom: Random = { token: (bytes) => randomBytes(bytes).toString('base64url') }
