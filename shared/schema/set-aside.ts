import { z } from 'zod'
import { Timestamp } from './values.ts'

/**
 * Why something was set aside: the database does not name it (`unnamed`), the operator started with a new station and this is the old one
 * (`station`), a backup replaced it (`restore`).
 */
export const setAsideReasons = ['unnamed', 'station', 'restore'] as const

/** The content that the station moved into one folder below `set-aside/` instead of deleting it. */
export const SetAsideFolder = z.object({
  /** The name of the folder. */
  name: z.string(),
  reason: z.enum(setAsideReasons),
  at: Timestamp,
  files: z.number(),
  bytes: z.number(),
  /** Days of operation until the station deletes it; null: only the operator can. */
  daysLeft: z.number().nullable(),
})
export type SetAsideFolder = z.infer<typeof SetAsideFolder>
export const SetAsideName = z.string().regex(/^\d{8}T\d{6}Z(-restore)?(-[0-9a-f]{1,8})?$/)
