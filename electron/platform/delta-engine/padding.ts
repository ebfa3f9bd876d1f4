/** Padding repeats with a period that divides this number of bytes: filler bytes, words such as 0xdeadbeef, pairs of them. */
export const PERIOD = 8

/** Shorter stretches are compared like any others. */
export const SHORTEST_PADDING = 256

/** Distance of the places that are looked at, and how many bytes must repeat there. A stretch of the shortest length holds at least one such place. */
const SAMPLE_EVERY = 128
const SAMPLE_BYTES = 16

/** Stretches of an image in which every byte equals the byte one period before; ascending, not overlapping. */
export interface Padding {
  readonly starts: Int32Array
  /** Exclusive. */
  readonly ends: Int32Array
}

const repeatsAt = (image: Uint8Array, at: number): boolean => {
  for (let i = at; i < at + SAMPLE_BYTES; i++) if (image[i] !== image[i - PERIOD]) return false
  return true
}

/** Finds all padding of an image; looks at one byte in eight where there is none. */
export const findPadding = (image: Uint8Array): Padding => {
  const starts: number[] = []
  const ends: number[] = []
  let free = 0
  for (let at = SAMPLE_EVERY; at + SAMPLE_BYTES <= image.length; at += SAMPLE_EVERY) {
    if (at < free || !repeatsAt(image, at)) continue
    let start = at - PERIOD
    while (start > free && image[start - 1] === image[start - 1 + PERIOD]) start--
    let end = at + SAMPLE_BYTES
    while (end < image.length && image[end] === image[end - PERIOD]) end++
    free = end
    if (end - start < SHORTEST_PADDING) continue
    starts.push(start)
    ends.push(end)
  }
  return { starts: Int32Array.from(starts), ends: Int32Array.from(ends) }
}

/** The sum of one period, which is the same at every place of a stretch. */
const sumAt = (image: Uint8Array, at: number): number => {
  let sum = 0
  for (let i = at; i < at + PERIOD; i++) sum += image[i] as number
  return sum
}

/** The stretches of one content, or of several with the same sum. */
interface Group {
  readonly starts: number[]
  readonly ends: number[]
  longest: number
}

/** Where the padding of an old image can continue a new one. */
export interface PaddingIndex {
  /**
   * Calls `offer` with places of the old image that continue the padding at `at` of the new image: those whose padding also ends
   * where that of the new image does, `left` bytes on, else the starts of padding that ends earlier. The nearest to `expected`, and
   * the longest. `shared`: the bytes known to be equal; more may be only where it is `left`.
   */
  offer(at: number, left: number, expected: number, take: (from: number, shared: number) => void): void
}

const createGroups = (image: Uint8Array, { starts, ends }: Padding): ReadonlyMap<number, Group> => {
  const groups = new Map<number, Group>()
  for (let k = 0; k < starts.length; k++) {
    const start = starts[k] as number
    const sum = sumAt(image, start)
    let group = groups.get(sum)
    if (!group) {
      group = { starts: [], ends: [], longest: 0 }
      groups.set(sum, group)
    }
    group.starts.push(start)
    group.ends.push(ends[k] as number)
    const { longest } = group
    if ((ends[k] as number) - start > (group.ends[longest] as number) - (group.starts[longest] as number))
      group.longest = group.ends.length - 1
  }
  return groups
}

/** The number of bytes by which a place must move on so that its period equals the one at `at`; PERIOD where none does. */
const phaseBetween = (before: Uint8Array, from: number, after: Uint8Array, at: number): number => {
  for (let phase = 0; phase < PERIOD; phase++) {
    let i = 0
    while (i < PERIOD && before[from + phase + i] === after[at + i]) i++
    if (i === PERIOD) return phase
  }
  return PERIOD
}

/** @param nearby the number of stretches that are offered on each side of the expected place */
export const createPaddingIndex = (
  before: Uint8Array,
  padding: Padding,
  after: Uint8Array,
  nearby: number,
): PaddingIndex => {
  const groups = createGroups(before, padding)
  return {
    offer(at, left, expected, take) {
      const group = groups.get(sumAt(after, at))
      if (!group) return
      const { starts, ends, longest } = group
      const offerOne = (k: number): void => {
        const end = ends[k] as number
        const start = Math.max(starts[k] as number, end - left)
        const phase = phaseBetween(before, start, after, at)
        const rest = end - start - phase
        if (phase < PERIOD && rest > 0) take(start + phase, Math.min(rest, left))
      }
      let low = 0
      let high = ends.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((ends[middle] as number) < expected + left) low = middle + 1
        else high = middle
      }
      for (let k = Math.max(0, low - nearby); k < Math.min(ends.length, low + nearby); k++) offerOne(k)
      if (longest < low - nearby || longest >= low + nearby) offerOne(longest)
    },
  }
}
