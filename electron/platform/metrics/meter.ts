/** Distinct values of one label; further ones are counted together, so that no peer can make the text grow. */
const VALUES_MAX = 64
const OTHER = 'other'

/** Counts by the value of one label. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(value: string, by = 1): void {
    const known = this.#counts.has(value) || this.#counts.size < VALUES_MAX ? value : OTHER
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + by)
  }

  entries(): IterableIterator<[string, number]> {
    return this.#counts.entries()
  }
}

/** Values in buckets, as a Prometheus histogram has them. */
export class Spread {
  readonly bounds: readonly number[]
  /** How many values lay in each bucket alone; the last one is for what exceeds all bounds. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  add(value: number): void {
    let at = 0
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at += 1
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
  }
}
