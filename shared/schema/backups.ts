import { z } from 'zod'
import { Timestamp } from './values.ts'

/** A backup of the database that the station made by itself: before an update of its data, and once a day. */
export const Backup = z.object({
  /** Its file below `backups/` of the data directory. */
  name: z.string(),
  createdAt: Timestamp,
  /** Bytes. */
  size: z.number(),
})
export type Backup = z.infer<typeof Backup>
