import { diskSeconds } from './definitions.ts'
import { Spread, Tally } from './meter.ts'

/** What a station counts while it works; each member is named as its metric. */
export const createCounts = () => ({
  logins: new Tally(),
  connections: 0,
  disconnections: 0,
  refusals: new Tally(),
  messages: new Tally(),
  reports: new Tally(),
  /** Seconds. */
  acknowledgements: new Spread(diskSeconds),
  downloads: new Tally(),
  downloadsBegun: 0,
  downloadsEnded: 0,
  downloadBytes: 0,
  /** Seconds. */
  commits: new Spread(diskSeconds),
  writes: 0,
  commitErrors: 0,
  runs: new Tally(),
  slotsBusy: 0,
})

export type Counts = ReturnType<typeof createCounts>
