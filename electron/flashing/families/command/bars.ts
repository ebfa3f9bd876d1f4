/**
 * One bar of the several that a program draws one after the other: most draw one for each image, and further ones for verifying. It never
 * goes back, and is full with the last image's bar.
 */
export class Bars {
  readonly #count: number
  #finished = 0
  #percent = 0
  #shown = 0

  /** @param count of the images. */
  constructor(count: number) {
    this.#count = Math.max(1, count)
  }

  /** The percentage of all, with this one of the program's present bar. A smaller one than before begins the next bar. */
  take(percent: number): number {
    if (percent < this.#percent) this.#finished += 1
    this.#percent = percent
    const all = (100 * this.#finished + percent) / this.#count
    this.#shown = Math.max(this.#shown, Math.min(100, all))
    return this.#shown
  }
}
