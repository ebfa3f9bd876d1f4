import { z } from 'zod'
import { deviceFactMembers } from '../device-facts.ts'
import { DEVICE_TAGS_MAX } from '../limits.ts'
import { rule } from '../phrase.ts'
import { DeviceName, Flag, Id, Label, ModuleName, ReportedVersion, Secret, Timestamp } from './values.ts'

/** A label that groups devices: a hall, a line, a customer. */
export const DeviceTag = Label

export const Device = z.object({
  id: Id,
  productId: Id,
  name: z.string(),
  secret: z.string(),
  accessToken: z.string(),
  online: z.boolean(),
  ...deviceFactMembers,
  tags: z.array(z.string()),
  modules: z.array(z.object({ module: z.string(), version: z.string(), reportedAt: Timestamp })),
})
export type Device = z.infer<typeof Device>

export const DeviceInput = z.strictObject({
  productId: Id,
  name: DeviceName,
  secret: Secret.optional(),
  accessToken: z
    .string()
    .regex(/^[A-Za-z0-9_.:@-]{1,64}$/, rule('deviceName'))
    .optional(),
  tags: z.array(DeviceTag).max(DEVICE_TAGS_MAX).optional(),
})

export const DevicePatch = z.strictObject({ tags: z.array(DeviceTag).max(DEVICE_TAGS_MAX) })

/** Tags to add to many devices, and tags to remove; a tag in both is added. */
export const DeviceTagChange = z.strictObject({
  deviceIds: z.array(Id).min(1).max(100_000),
  add: z.array(DeviceTag).max(DEVICE_TAGS_MAX).default([]),
  remove: z.array(DeviceTag).max(1000).default([]),
})

export const DeviceFilter = z.object({
  tag: DeviceTag.optional(),
  productId: Id.optional(),
  module: ModuleName.optional(),
  version: ReportedVersion.optional(),
  online: Flag.optional(),
  /** Whether a login with its product's secret created it. */
  selfRegistered: Flag.optional(),
  /** Part of the device name. */
  q: z.string().max(64).optional(),
})

/** How many devices report each version of a module; `version` null: none reported yet. */
export const VersionShare = z.object({ version: z.string().nullable(), devices: z.number(), online: z.number() })
