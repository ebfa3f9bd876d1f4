import { z } from 'zod'
import { Timestamp } from './values.ts'

/**
 * Why something was set aside: the database does not name it (`unnamed`), a person started anew and this is the station of before
 * (`station`), a backup took its place (`restore`).
 */
export const setAsideReasons = ['unnamed', 'station', 'restore'] as const
export type SetAsideReason = (typeof setAsideReasons)[number]

/** What the station put into one folder below `set-aside/` instead of deleting it. */
export const SetAsideFolder = z.object({
  /** The folder. */
  name: z.string(),
  reason: z.enum(setAsideReasons),
  at: Timestamp,
  files: z.number(),
  bytes: z.number(),
  /** Days of running until the station removes it; null: a person has to. */
  daysLeft: z.number().nullable(),
})
export type SetAsideFolder = z.infer<typeof SetAsideFolder>
export const SetAsideName = z.string().regex(/^\d{8}T\d{6}Z(-restore)?(-[0-9a-f]{1,8})?$/)
