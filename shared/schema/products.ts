import { z } from 'zod'
import { deviceClasses } from '../delta-formats.ts'
import { AUTO_REGISTER_LIMIT, AUTO_REGISTER_MAX, PRODUCT_KEY_PATTERN } from '../limits.ts'
import { rule } from '../phrase.ts'
import { Protocol } from '../protocols/index.ts'
import { FreeText, Id, Label, ModuleName, Secret, Timestamp } from './values.ts'

const SuccessCriterion = z.enum(['version', 'progress'])
const ModuleKind = z.enum(['FOTA', 'SOTA'])

export const Product = z.object({
  id: Id,
  key: z.string(),
  name: z.string(),
  protocol: Protocol,
  secret: z.string(),
  autoRegister: z.boolean(),
  /** The maximum number of devices that register by themselves. */
  autoRegisterLimit: z.number(),
  /** Whether a device may log in with its plain secret, besides the signed form. */
  plainLogin: z.boolean(),
  successCriterion: SuccessCriterion,
  createdAt: Timestamp,
  /** Devices, packages and open campaigns that belong to it. */
  usage: z.object({
    devices: z.number(),
    online: z.number(),
    /** The devices that registered by themselves. */
    selfRegistered: z.number(),
    packages: z.number(),
    openCampaigns: z.number(),
  }),
})
export type Product = z.infer<typeof Product>

const AutoRegisterLimit = z.number().int().min(0).max(AUTO_REGISTER_MAX)

export const ProductInput = z.strictObject({
  name: Label,
  key: z.string().regex(PRODUCT_KEY_PATTERN, rule('productKey')).optional(),
  protocol: Protocol,
  secret: Secret.optional(),
  autoRegister: z.boolean().default(false),
  autoRegisterLimit: AutoRegisterLimit.default(AUTO_REGISTER_LIMIT),
  plainLogin: z.boolean().default(true),
  successCriterion: SuccessCriterion.default('version'),
})
export const ProductPatch = z.strictObject({
  name: Label.optional(),
  secret: Secret.optional(),
  autoRegister: z.boolean().optional(),
  autoRegisterLimit: AutoRegisterLimit.optional(),
  plainLogin: z.boolean().optional(),
  successCriterion: SuccessCriterion.optional(),
})

export const Module = z.object({
  id: Id,
  productId: Id,
  name: z.string(),
  alias: z.string().nullable(),
  description: z.string().nullable(),
  kind: ModuleKind,
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  /** Its hardware: decides the format of deltas made for it. */
  deviceClass: z.enum(deviceClasses),
  /** Bytes of RAM that a microcontroller has free for restoring; null: not specified. */
  ramBytes: z.number().nullable(),
  /** The number of devices that report a version of it. */
  devices: z.number(),
})
export type Module = z.infer<typeof Module>

export const ModuleInput = z.strictObject({
  name: ModuleName,
  alias: Label.optional(),
  description: FreeText.optional(),
  kind: ModuleKind.default('FOTA'),
  vendor: Label.optional(),
  model: Label.optional(),
  deviceClass: z.enum(deviceClasses).default('linux'),
  /** For class `mcu`. */
  ramBytes: z.number().int().min(256).max(2_147_483_648).optional(),
})
/** Null removes the value. */
export const ModulePatch = z.strictObject({
  alias: Label.nullable().optional(),
  description: FreeText.nullable().optional(),
  vendor: Label.nullable().optional(),
  model: Label.nullable().optional(),
  deviceClass: z.enum(deviceClasses).optional(),
  ramBytes: z.number().int().min(256).max(2_147_483_648).nullable().optional(),
})
