import { z } from 'zod'
import { Timestamp } from './values.ts'

/** A backup's file name. */
export const BackupName = z.string().regex(/^ota-bench-\d{8}T\d{6}Z[.]sqlite$/)

/** A backup of the database that the station made by itself: before an update of its data, and once a day. */
export const Backup = z.object({
  /** Its file below `backups/` of the data directory. */
  name: z.string(),
  createdAt: Timestamp,
  /** Bytes. */
  size: z.number(),
})
export type Backup = z.infer<typeof Backup>

/** How much there is in a station's data. */
export const Holdings = z.object({
  products: z.number(),
  devices: z.number(),
  packages: z.number(),
  campaigns: z.number(),
  recipes: z.number(),
})
export type Holdings = z.infer<typeof Holdings>

/** A restore that is checked and whole on disk, and waits for somebody to decide on it; half an hour at most. */
export const HeldRestore = z.object({
  id: z.string(),
  /** Name of the file it is made from. */
  source: z.string(),
  /** When the backup was made; null where nobody knows. */
  createdAt: Timestamp.nullable(),
  /** Database, package files and certificates; false: the database alone. */
  whole: z.boolean(),
  /** What is in it, and what is here now, which it replaces. */
  holds: Holdings,
  now: Holdings,
  /** Package files that its database names and that will not be there. */
  missingFiles: z.number(),
})
export type HeldRestore = z.infer<typeof HeldRestore>

export const BackupStatus = z.object({
  /** What is being sent or received. `total`: null where it is not known yet. */
  running: z
    .object({ kind: z.enum(['backup', 'restore']), bytes: z.number(), total: z.number().nullable() })
    .nullable(),
  held: HeldRestore.nullable(),
  /** A restore was decided on: the station starts again. */
  restarting: z.boolean(),
})
export type BackupStatus = z.infer<typeof BackupStatus>

/** A link by which a browser fetches a whole backup, once and within a minute. */
export const BackupLink = z.object({
  /** On this station, from its root. */
  path: z.string(),
  /** The same as a whole address. */
  url: z.string(),
})
export type BackupLink = z.infer<typeof BackupLink>
