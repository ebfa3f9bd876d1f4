import { z } from 'zod'
import { Protocol } from '../protocols/index.ts'
import { Flag, Id, Secret, Timestamp } from './values.ts'

/**
 * Why a login was rejected: unknown format, unregistered product or device, wrong secret, plain secret where the product requires a
 * signature, expired token, or too many devices that registered by themselves.
 */
const rejectionReasons = [
  'unknown-form',
  'unknown-product',
  'unknown-device',
  'wrong-secret',
  'plain-refused',
  'token-expired',
  'register-limit',
] as const
export const RejectionReason = z.enum(rejectionReasons)
export type RejectionReason = z.infer<typeof RejectionReason>

/** A device whose login was rejected; kept only in memory. The password it sent is never revealed. */
export const RejectedLogin = z.object({
  id: Id,
  /** The format of its login; several protocols share one. */
  protocols: z.array(Protocol),
  productKey: z.string().nullable(),
  deviceName: z.string().nullable(),
  accessToken: z.string().nullable(),
  /** For an unknown format: the user name as received. */
  username: z.string().nullable(),
  address: z.string(),
  reason: RejectionReason,
  /** The product and the device of the login, where known. */
  productId: Id.nullable(),
  deviceId: Id.nullable(),
  /** It sent its plain secret, which can be taken over; or signed with it, so that it must be given; or needs only its token. */
  secret: z.enum(['presented', 'signed', 'none']),
  count: z.number(),
  firstAt: Timestamp,
  lastAt: Timestamp,
})
export type RejectedLogin = z.infer<typeof RejectedLogin>

export const RejectedLoginAcceptance = z.strictObject({
  /** The product for its registration, where its login names none. */
  productId: Id.optional(),
  /** Its secret; left out: the one in its login. */
  secret: Secret.optional(),
  /** Deliberately replaces the secret of a known device. */
  replaceSecret: Flag.default(false),
})
