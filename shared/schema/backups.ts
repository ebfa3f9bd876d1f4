import { z } from 'zod'
import { Timestamp } from './values.ts'

/** A backup's file name. */
export const BackupName = z.string().regex(/^ota-bench-\d{8}T\d{6}Z[.]sqlite$/)

/** A database backup that the station made by itself: before an update of its data, and once a day. */
export const Backup = z.object({
  /** The name of its file in `backups/` of the data directory. */
  name: z.string(),
  createdAt: Timestamp,
  /** Bytes. */
  size: z.number(),
})
export type Backup = z.infer<typeof Backup>

/** The number of objects in a station's data. */
const Holdings = z.object({
  products: z.number(),
  devices: z.number(),
  packages: z.number(),
  campaigns: z.number(),
  recipes: z.number(),
})

/** A checked restore, complete on disk, that waits for the operator's decision; half an hour at most. */
export const HeldRestore = z.object({
  id: z.string(),
  /** The name of the file that it was read from. */
  source: z.string(),
  /** When the backup was made; null where unknown. */
  createdAt: Timestamp.nullable(),
  /** Database, package files and certificates; false: the database alone. */
  whole: z.boolean(),
  /** Its content, and the present content that it would replace. */
  holds: Holdings,
  now: Holdings,
  /** Package files that its database names and that will be missing. */
  missingFiles: z.number(),
})
export type HeldRestore = z.infer<typeof HeldRestore>

export const BackupStatus = z.object({
  /** The backup or restore in transfer. `total`: null where not yet known. */
  running: z
    .object({ kind: z.enum(['backup', 'restore']), bytes: z.number(), total: z.number().nullable() })
    .nullable(),
  held: HeldRestore.nullable(),
  /** A restore was confirmed: the station restarts. */
  restarting: z.boolean(),
})
export type BackupStatus = z.infer<typeof BackupStatus>

/** A link by which a browser downloads a whole backup, once and within a minute. */
export const BackupLink = z.object({
  /** The path on this station, from its root. */
  path: z.string(),
  /** The same as a full URL. */
  url: z.string(),
})
export type BackupLink = z.infer<typeof BackupLink>
