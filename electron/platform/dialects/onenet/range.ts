/** From `start` up to but not including `end`. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/** With the unit, as the SDKs send it, or without, as OneNET's guide does (docs/protocols/onenet.md §8.2). */
const FORM = /^(?:bytes[ \t]*=)?[ \t]*(\d*)-(\d*)$/i

/**
 * OneNET's reading of `Range`, which is not RFC 9110's: positions beyond the end are pulled in instead of refused, and
 * what cannot be understood means the whole file.
 * @param size bytes of the file, at least 1.
 */
export const resolveRange = (header: string | undefined, size: number): Slice | 'whole' => {
  const match = FORM.exec(header?.trim() ?? '')
  if (!match) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') {
    const suffix = Number(last)
    // `-n`: the last n bytes; more than there are: all of them. `-` and `-0` say nothing.
    return suffix > 0 ? { start: Math.max(0, size - suffix), end: size } : 'whole'
  }
  // `end >= len` is `len-1`; `start >= len` and `start > end` are 0.
  const end = last === '' ? size : Math.min(Number(last), size - 1) + 1
  const start = Number(first)
  return { start: start >= end ? 0 : start, end }
}
