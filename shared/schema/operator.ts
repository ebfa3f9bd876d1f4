import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Timestamp } from './values.ts'

/** The engineer PIN: only digits, because bench keyboards may have no other keys. */
export const Pin = z.string().regex(/^\d{4,12}$/, rule('pin'))

/** The state of the operator lock for the caller. */
export const OperatorLock = z.object({
  /** Whether a PIN is set; without one nothing is locked. */
  pinSet: z.boolean(),
  /** Until when the caller is an engineer, extended by each use; null: only an operator. */
  engineerUntil: Timestamp.nullable(),
})
export type OperatorLock = z.infer<typeof OperatorLock>

/** The ticket that makes a caller an engineer: sent with each call as `X-OTA-Bench-Engineer`. */
export const EngineerTicket = z.object({ ticket: z.string(), engineerUntil: Timestamp })
export type EngineerTicket = z.infer<typeof EngineerTicket>
