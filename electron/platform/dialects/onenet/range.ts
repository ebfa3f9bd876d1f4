/** From `start` up to but not including `end`. */
interface Slice {
  readonly start: number
  readonly end: number
}

/** With the unit, as the SDKs send it, or without, as in OneNET's guide (docs/protocols/onenet.md §8.2). */
const FORM = /^(?:bytes[ \t]*=)?[ \t]*(\d*)-(\d*)$/i

/**
 * OneNET's interpretation of `Range`, which differs from RFC 9110: positions beyond the end are clamped instead of refused, and
 * a malformed header selects the whole file.
 * @param size bytes of the file, at least 1.
 */
export const resolveRange = (header: string | undefined, size: number): Slice | 'whole' => {
  const match = FORM.exec(header?.trim() ?? '')
  if (!match) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') {
    const suffix = Number(last)
    // `-n`: the last n bytes, or all when the file is shorter. `-` and `-0` have no meaning.
    return suffix > 0 ? { start: Math.max(0, size - suffix), end: size } : 'whole'
  }
  // `end >= len` becomes `len-1`; `start` becomes 0 when `start >= len` or `start > end`.
  const end = last === '' ? size : Math.min(Number(last), size - 1) + 1
  const start = Number(first)
  return { start: start >= end ? 0 : start, end }
}
