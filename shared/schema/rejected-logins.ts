import { z } from 'zod'
import { Protocol } from '../protocols/index.ts'
import { Flag, Id, Secret, Timestamp } from './values.ts'

/** Why a login was refused: in no form this station knows, of a product or device nobody registered, with another secret, as it is where the product wants it signed, with a token that has expired, or as one more than may register by themselves. */
export const rejectionReasons = [
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

/** A device that tried to log in and was refused; kept in memory only. What it sent as its password is never told. */
export const RejectedLogin = z.object({
  id: Id,
  /** In whose form it logged in; several protocols share one. */
  protocols: z.array(Protocol),
  productKey: z.string().nullable(),
  deviceName: z.string().nullable(),
  accessToken: z.string().nullable(),
  /** Where the form is none of ours: the user name as it came. */
  username: z.string().nullable(),
  address: z.string(),
  reason: RejectionReason,
  /** The product and the device it means, where they are known. */
  productId: Id.nullable(),
  deviceId: Id.nullable(),
  /** It sent its secret as it is, so that it can be taken over; or signed with it, so that it must be given; or needs none beside its token. */
  secret: z.enum(['presented', 'signed', 'none']),
  count: z.number(),
  firstAt: Timestamp,
  lastAt: Timestamp,
})
export type RejectedLogin = z.infer<typeof RejectedLogin>

export const RejectedLoginAcceptance = z.strictObject({
  /** The product to register it with, where its login names none. */
  productId: Id.optional(),
  /** Its secret; left out: the one it presented. */
  secret: Secret.optional(),
  /** On purpose, for a known device: from now on its secret is another. */
  replaceSecret: Flag.default(false),
})
