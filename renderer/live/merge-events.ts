import type { Campaign, Device, Job, LiveEvent, RejectedLogin } from '#shared/schema.ts'

/** The latest state of each object from the stream; lists merge it over the data they have read. */
export interface LiveState {
  campaigns: ReadonlyMap<number, Campaign>
  devices: ReadonlyMap<number, Device>
  knocks: ReadonlyMap<number, RejectedLogin>
  removed: Readonly<Record<Extract<LiveEvent, { type: 'removed' }>['what'], ReadonlySet<number>>>
  /** Increases when a package changed: its lists are read again. */
  packagesStamp: number
}

export const emptyLiveState: LiveState = {
  campaigns: new Map(),
  devices: new Map(),
  knocks: new Map(),
  removed: {
    product: new Set(),
    device: new Set(),
    package: new Set(),
    campaign: new Set(),
    knock: new Set(),
    diff: new Set(),
    line: new Set(),
    recipe: new Set(),
    sink: new Set(),
  },
  packagesStamp: 0,
}

/** Applies one batch in one step; parts that the batch does not change keep their identity. */
export const applyBatch = (state: LiveState, events: readonly LiveEvent[]): LiveState => {
  let { campaigns, devices, knocks, removed, packagesStamp } = state
  let ownCampaigns: Map<number, Campaign> | undefined
  let ownDevices: Map<number, Device> | undefined
  for (const event of events) {
    if (event.type === 'campaign') {
      const { type: _, ...campaign } = event
      ownCampaigns ??= new Map(campaigns)
      campaigns = ownCampaigns.set(campaign.id, campaign)
    } else if (event.type === 'device') {
      const { type: _, ...device } = event
      ownDevices ??= new Map(devices)
      devices = ownDevices.set(device.id, device)
    } else if (event.type === 'knock') {
      const { type: _, ...knock } = event
      knocks = new Map(knocks).set(knock.id, knock)
    } else if (event.type === 'package') {
      packagesStamp += 1
    } else if (event.type === 'removed') {
      removed = { ...removed, [event.what]: new Set(removed[event.what]).add(event.id) }
    }
  }
  return { campaigns, devices, knocks, removed, packagesStamp }
}

/** A list with the latest state of each item, without removed items. */
export const overlay = <T extends { id: number }>(
  items: readonly T[],
  latest: ReadonlyMap<number, T>,
  removed: ReadonlySet<number>,
): T[] => items.filter((item) => !removed.has(item.id)).map((item) => latest.get(item.id) ?? item)

/** Objects from the stream that are newer than every item of a newest-first list, newest first. */
export const arrivals = <T extends { id: number }>(items: readonly T[], latest: ReadonlyMap<number, T>): T[] => {
  const newest = items[0]?.id ?? 0
  return [...latest.values()].filter((item) => item.id > newest).sort((a, b) => b.id - a.id)
}

/** Jobs of one campaign: by id, and in the station's order, which never changes. */
export interface JobsState {
  byId: ReadonlyMap<number, Job>
  order: readonly number[]
}

export const emptyJobs: JobsState = { byId: new Map(), order: [] }

/**
 * Merges jobs into the known ones: the later `updatedAt` wins, so that a page read late never resets a row. Rows keep their place;
 * unknown ones go to the end. An unchanged job keeps its identity, and its row does not render again.
 */
export const mergeJobs = (state: JobsState, jobs: readonly Job[]): JobsState => {
  const byId = new Map(state.byId)
  const added: number[] = []
  for (const job of jobs) {
    const known = byId.get(job.id)
    if (known === undefined) added.push(job.id)
    else if (known.updatedAt > job.updatedAt) continue
    byId.set(job.id, job)
  }
  return { byId, order: added.length === 0 ? state.order : [...state.order, ...added] }
}

/** The jobs in a batch. */
export const jobsOf = (events: readonly LiveEvent[]): Job[] =>
  events.flatMap((event) => {
    if (event.type !== 'job') return []
    const { type: _, ...job } = event
    return [job]
  })
