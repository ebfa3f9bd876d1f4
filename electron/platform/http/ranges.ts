/** Bytes from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Result of a `Range` header for a file of a known size. */
type RangeAnswer =
  | { readonly kind: 'whole' }
  /** At least one range, in the requested order, without overlaps. */
  | { readonly kind: 'parts'; readonly ranges: readonly [ByteRange, ...ByteRange[]] }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'too-many' | 'beyond-end' }

/** Maximum ranges per request. RFC 9110 §14.2 and §17.15 allow a server to reject sets that would exhaust it. */
export const MAX_RANGES = 32

/** RFC 9110 §14.1.1: `range-unit "=" range-set`; units are tokens (§5.6.2). */
const UNIT = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=(.*)$/s
/** RFC 9110 §14.1.2: `first-pos "-" [ last-pos ]` or `"-" suffix-length`. */
const SPEC = /^(\d*)-(\d*)$/

/**
 * Resolves a `Range` header (RFC 9110 §14). The unit may be absent, as in OneNET's clients (docs/protocols/README.md §10.4).
 * Unknown units are ignored (§14.2). A malformed header is refused, not ignored (§14.2 allows both): otherwise a device that
 * resumes would append a whole file to the part it already has (docs/product.md §4.12).
 * Never throws.
 * @param header value of the header, undefined when there is none.
 * @param size bytes of the file.
 */
export const resolveRanges = (header: string | undefined, size: number): RangeAnswer => {
  if (header === undefined) return { kind: 'whole' }
  const [, unit = 'bytes', set = header] = UNIT.exec(header) ?? []
  // §14.1: range unit names are case-insensitive.
  if (unit.toLowerCase() !== 'bytes') return { kind: 'whole' }

  // §5.6.1.2: empty list elements and spaces around elements are ignored.
  const specs = set
    .split(',', 8 * MAX_RANGES)
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  if (specs.length === 0) return { kind: 'refused', why: 'malformed' }
  if (specs.length > MAX_RANGES) return { kind: 'refused', why: 'too-many' }

  const wanted: ByteRange[] = []
  for (const spec of specs) {
    const range = resolveSpec(spec, size)
    if (range === 'malformed') return { kind: 'refused', why: 'malformed' }
    if (range !== 'beyond-end') wanted.push(range)
  }
  // §14.1.2: a set is satisfiable if at least one of its ranges is.
  const [first, ...others] = coalesce(wanted)
  return first ? { kind: 'parts', ranges: [first, ...others] } : { kind: 'refused', why: 'beyond-end' }
}

const resolveSpec = (spec: string, size: number): ByteRange | 'malformed' | 'beyond-end' => {
  const [, first = '', last = ''] = SPEC.exec(spec) ?? []
  if (first === '') {
    if (last === '') return 'malformed'
    // §14.1.2: the last n bytes, or the whole file when it is shorter; a suffix of 0 is unsatisfiable.
    return Number(last) === 0 || size === 0 ? 'beyond-end' : { start: Math.max(0, size - Number(last)), end: size }
  }
  const start = Number(first)
  // §14.1.1: invalid if last-pos is less than first-pos; §14.1.2: a last-pos beyond the end means the last byte.
  if (last !== '' && Number(last) < start) return 'malformed'
  if (start >= size) return 'beyond-end'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/** RFC 9110 §15.3.7.2: overlapping or adjacent ranges are joined; the others keep the requested order. */
const coalesce = (ranges: readonly ByteRange[]): ByteRange[] => {
  const byStart = ranges.map((range, index) => ({ ...range, index })).sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number; index: number }[] = []
  for (const range of byStart) {
    const before = joined.at(-1)
    if (before && range.start <= before.end) {
      before.end = Math.max(before.end, range.end)
      before.index = Math.min(before.index, range.index)
    } else {
      joined.push(range)
    }
  }
  return joined.sort((a, b) => a.index - b.index).map(({ start, end }) => ({ start, end }))
}
