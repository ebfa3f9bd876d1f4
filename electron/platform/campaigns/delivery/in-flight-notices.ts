/**
 * Jobs whose notice is on its way, in memory. A quick device answers before the store says that it was notified, and a device that is
 * being notified holds its place in the concurrency before its job says so. A restart ends every one of them.
 */
export class InFlightNotices {
  /** The campaign in which a job's notice holds a place; undefined: the job itself holds it. */
  readonly #campaigns = new Map<number, number | undefined>()
  readonly #places = new Map<number, number>()

  has(jobId: number): boolean {
    return this.#campaigns.has(jobId)
  }

  /** @param campaignId where the notice takes a place; undefined: the job has one already. */
  begin(jobId: number, campaignId: number | undefined): void {
    this.#campaigns.set(jobId, campaignId)
    if (campaignId !== undefined) this.#places.set(campaignId, this.placesOf(campaignId) + 1)
  }

  /** The job itself holds its place now, or has ended; its notice is still on its way. */
  releasePlace(jobId: number): void {
    const campaignId = this.#campaigns.get(jobId)
    if (campaignId === undefined) return
    this.#campaigns.set(jobId, undefined)
    const left = this.placesOf(campaignId) - 1
    if (left > 0) this.#places.set(campaignId, left)
    else this.#places.delete(campaignId)
  }

  end(jobId: number): void {
    this.releasePlace(jobId)
    this.#campaigns.delete(jobId)
  }

  /** Places that notices on their way take in a campaign. */
  placesOf(campaignId: number): number {
    return this.#places.get(campaignId) ?? 0
  }
}

/** What the files of this folder notify each other of: one that changes something calls, one that acts on it sets the function. */
export interface WakeUps {
  /** A device has ended and its place in the concurrency is free. */
  placeFreed: (campaignId: number) => void
  /** A campaign has started or opened a group: its devices are looked for again. */
  campaignOpened: (campaignId: number) => void
  /** Something falls due at that moment, in milliseconds since 1970. */
  dueAt: (at: number) => void
}

export const createWakeUps = (): WakeUps => ({
  placeFreed: () => undefined,
  campaignOpened: () => undefined,
  dueAt: () => undefined,
})
