/*
 * Part numbers as people write them, and what the id of a chip can tell of them.
 */

/** Chips that report the same id. */
export interface ChipGroup {
  /** What the chip reports: a product id (`0x413`) or the chip's name (`ESP32-S3`). */
  readonly id: string
  /** The chips in it, for people: `STM32F405/407/415/417`. */
  readonly name: string
}

/** A part number that was understood. */
export interface ChipPart {
  /** The chip must be one of these; several where the part number leaves it open. */
  readonly groups: readonly ChipGroup[]
  /** The rest of the part number, which no id tells apart (`VG`, `WROOM-1`); empty where nothing is left. */
  readonly rest: string
}

/** The part numbers of a target. */
export interface PartNumbers {
  /** @returns undefined for a part number that this target does not have. */
  find(text: string): ChipPart | undefined
  /** Known names most like a text, for a person who mistyped one; at most five. */
  near(text: string): readonly string[]
}

/** A part number without what people vary: case, blanks, hyphens, underscores. */
export const plainPart = (text: string): string => text.toUpperCase().replace(/[\s_-]+/g, '')

/** How many single changes lead from one text to the other (Levenshtein). */
const distance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [at, letter] of [...left].entries()) {
    const next = [at + 1]
    for (const [to, other] of [...right].entries())
      next.push(Math.min((next[to] ?? 0) + 1, (row[to + 1] ?? 0) + 1, (row[to] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[right.length] ?? left.length
}

/** How many first letters two texts share. */
const shared = (left: string, right: string): number => {
  let count = 0
  while (count < left.length && left[count] === right[count]) count++
  return count
}

/** Most names that a refusal lists. */
const NEAR = 5

/** The names most like a text: those that begin as it does, compared over their own length. */
export const nearest = (text: string, names: readonly string[]): readonly string[] => {
  const wanted = plainPart(text)
  return names
    .map((name) => {
      const plain = plainPart(name)
      return { name, away: distance(wanted.slice(0, plain.length), plain), same: shared(wanted, plain) }
    })
    .filter(({ name, away }) => away <= Math.ceil(plainPart(name).length / 3))
    .sort(
      (left, right) => left.away - right.away || right.same - left.same || left.name.localeCompare(right.name, 'en'),
    )
    .slice(0, NEAR)
    .map(({ name }) => name)
}
