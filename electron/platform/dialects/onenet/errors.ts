/** OneNET's errno with their texts (device-protocols.md 1; beyond `succ`, `invalid state` and `not found` the wording is ours). */
export const errnoTexts = {
  0: 'succ',
  1: 'auth failed',
  2: 'invalid parameter',
  4: 'token and device differ',
  7: 'internal error',
  8: 'manuf or model mismatch',
  9: 'version mismatch',
  11: 'not found',
  12: 'token expired',
  17: 'invalid state',
  20: 'task finish',
  21: 'invalid operation',
  22: 'task cancelled',
  24: 'invalid result',
  27: 'invalid version',
  /** Of the newer APIs: authorization or clock; clients set their clock by our `Date` then. */
  10403: 'auth failed',
} as const

export type Errno = keyof typeof errnoTexts

/** What a call came to; `data` only where the call has any. */
export interface Outcome {
  readonly errno: Errno
  readonly data?: Readonly<Record<string, unknown>>
}

export const done: Outcome = { errno: 0 }
