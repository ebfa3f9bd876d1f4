import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Timestamp } from './values.ts'

/** What an engineer types: digits alone, as bench keyboards may have no more. */
export const Pin = z.string().regex(/^\d{4,12}$/, rule('pin'))

/** How the operator lock stands, for the caller. */
export const OperatorLock = z.object({
  /** Whether a PIN is set; without one nothing is locked. */
  pinSet: z.boolean(),
  /** Until when the caller is an engineer, unless it goes on using that; null: only an operator. */
  engineerUntil: Timestamp.nullable(),
})
export type OperatorLock = z.infer<typeof OperatorLock>

/** What makes a caller an engineer: sent back with each call as `X-OTA-Bench-Engineer`. */
export const EngineerTicket = z.object({ ticket: z.string(), engineerUntil: Timestamp })
export type EngineerTicket = z.infer<typeof EngineerTicket>
