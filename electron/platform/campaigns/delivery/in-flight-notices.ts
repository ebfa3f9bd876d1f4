/**
 * Jobs whose notice is being sent, in memory. A fast device answers before the store records that it was notified, and a device
 * that is being notified takes a place in the concurrency before its job records it. A restart clears this list.
 */
export class InFlightNotices {
  /** The campaign in which a job's notice takes a place; undefined: the job itself takes it. */
  readonly #campaigns = new Map<number, number | undefined>()
  readonly #places = new Map<number, number>()

  get size(): number {
    return this.#campaigns.size
  }

  has(jobId: number): boolean {
    return this.#campaigns.has(jobId)
  }

  /** @param campaignId the campaign in which the notice takes a place; undefined: the job already has one. */
  begin(jobId: number, campaignId: number | undefined): void {
    this.#campaigns.set(jobId, campaignId)
    if (campaignId !== undefined) this.#places.set(campaignId, this.placesOf(campaignId) + 1)
  }

  /** The job itself takes its place now, or has ended; its notice is still being sent. */
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

  /** The places that notices in flight take in a campaign. */
  placesOf(campaignId: number): number {
    return this.#places.get(campaignId) ?? 0
  }
}

/** Signals between the files of this folder: the file that changes something calls the function, the file that reacts sets it. */
export interface WakeUps {
  /** A device has ended its job, and its place in the concurrency is free. */
  placeFreed: (campaignId: number) => void
  /** A campaign has started or opened a group, so its devices are examined again. */
  campaignOpened: (campaignId: number) => void
  /** Jobs of a campaign whose other jobs are still being created exist, or will once the current write is on disk. */
  jobsMade: (campaignId: number, made: readonly { readonly id: number; readonly deviceId: number }[]) => void
  /** Something is due at that time, in milliseconds since 1970. */
  dueAt: (at: number) => void
}

export const createWakeUps = (): WakeUps => ({
  placeFreed: () => undefined,
  campaignOpened: () => undefined,
  jobsMade: () => undefined,
  dueAt: () => undefined,
})
