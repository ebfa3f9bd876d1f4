/** OneNET's errno values with texts (docs/protocols/onenet.md §6.10; only `succ`, `invalid state` and `not found` are OneNET's wording). */
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
  /** Of the newer APIs: invalid authorization or clock; clients then set their clock from the `Date` header. */
  10403: 'auth failed',
  /** Of the newest API, where others return 2 or 11 (docs/protocols/onenet.md §10.4; the texts of 12010 and 12014 are not OneNET's). */
  12010: 'wrong type',
  12012: 'not exist',
  12013: 'task succ',
  12014: 'outdated',
} as const

export type Errno = keyof typeof errnoTexts

/** Result of a call; `data` only if the call returns any. */
export interface Outcome {
  readonly errno: Errno
  readonly data?: Readonly<Record<string, unknown>>
}

/** The usual answers to polling devices, which are not refusals. */
const nothingNew: ReadonlySet<Errno> = new Set<Errno>([0, 11, 12012, 12013, 12014])

/** Why a call was refused, for the log; undefined when it was not. */
export const refusalOf = ({ errno }: Outcome): string | undefined =>
  nothingNew.has(errno) ? undefined : `${errno} ${errnoTexts[errno]}`

export const done: Outcome = { errno: 0 }
