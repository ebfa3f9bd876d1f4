/**
 * Jobs whose notice is on its way, in memory: a quick device answers before we have written that it was told, and a device that is being
 * told holds its place before its job says so. A restart ends every one of them.
 */
export class InFlightNotices {
  readonly #campaigns = new Map<number, number | undefined>()
  readonly #counts = new Map<number, number>()

  has(jobId: number): boolean {
    return this.#campaigns.has(jobId)
  }

  /** @param campaignId where the job takes a place there; undefined: it has one already. */
  begin(jobId: number, campaignId: number | undefined): void {
    this.#campaigns.set(jobId, campaignId)
    if (campaignId !== undefined) this.#counts.set(campaignId, this.count(campaignId) + 1)
  }

  /** The job itself holds its place now, or has ended. */
  moved(jobId: number): void {
    const campaignId = this.#campaigns.get(jobId)
    if (campaignId === undefined) return
    this.#campaigns.set(jobId, undefined)
    const left = this.count(campaignId) - 1
    if (left > 0) this.#counts.set(campaignId, left)
    else this.#counts.delete(campaignId)
  }

  end(jobId: number): void {
    this.moved(jobId)
    this.#campaigns.delete(jobId)
  }

  /** Places taken in a campaign by notices on their way. */
  count(campaignId: number): number {
    return this.#counts.get(campaignId) ?? 0
  }
}

/** How the rooms of campaigns wake each other: whoever changes something rings, whoever cares listens. */
export interface WakeUps {
  /** A place in a campaign has become free. */
  room: (campaignId: number) => void
  /** A campaign has started or opened a group: its devices are looked for anew. */
  opened: (campaignId: number) => void
  /** Something falls due then, in milliseconds since 1970. */
  due: (at: number) => void
}

export const createWakeUps = (): WakeUps => ({ room: () => undefined, opened: () => undefined, due: () => undefined })
