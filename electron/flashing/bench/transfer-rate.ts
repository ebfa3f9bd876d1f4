/** Shortest time a rate is told from: shorter ones jump. */
const WINDOW_MS = 500

/** Bytes per second of a stream, from what is through by when. */
export class Speed {
  #at: number | undefined
  #bytes = 0
  #rate: number | null = null

  get rate(): number | null {
    return this.#rate
  }

  /** Notes what is through now. A phase that begins anew begins at fewer bytes. */
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
