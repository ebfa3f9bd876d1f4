/** Shortest time that a rate is computed from; shorter ones fluctuate. */
const WINDOW_MS = 500

/** Bytes per second of a transfer. */
export class Speed {
  #at: number | undefined
  #bytes = 0
  #rate: number | null = null

  get rate(): number | null {
    return this.#rate
  }

  /** Notes the bytes that are done. Fewer bytes than before begin a new phase. */
  note(bytes: number, now: number): void {
    if (this.#at === undefined || bytes < this.#bytes) {
      this.#at = now
      this.#bytes = bytes
      return
    }
    const elapsed = now - this.#at
    if (elapsed < WINDOW_MS) return
    this.#rate = Math.round(((bytes - this.#bytes) * 1000) / elapsed)
    this.#at = now
    this.#bytes = bytes
  }

  reset(): void {
    this.#at = undefined
    this.#bytes = 0
    this.#rate = null
  }
}
