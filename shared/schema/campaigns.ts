import { z } from 'zod'
import { tagLimits } from '../limits.ts'
import { rules } from '../rule-texts.ts'
import { campaignStatuses } from '../states/campaign.ts'
import { VersionShare } from './devices.ts'
import { JobCounts } from './jobs.ts'
import { Id, Label, Timestamp, Version } from './values.ts'

export const CampaignKind = z.enum(['verify', 'upgrade'])
/** How devices fetch the files; `mqtt` only where the product's protocol has it. */
export const DeliveryProtocol = z.enum(['http', 'https', 'mqtt'])
/** Whether a device upgrades at once or when it sees fit; told to devices whose protocol carries it (iot-engine). */
export const UpgradePolicy = z.enum(['standard', 'silent'])
export const CampaignScope = z.enum(['all', 'devices'])
export const Tags = z
  .record(z.string().regex(tagLimits.keyPattern, rules.tagKey.en), z.string().min(1).max(tagLimits.valueMax))
  .refine((tags) => Object.keys(tags).length <= tagLimits.count, rules.tagCount.en)
  .refine((tags) => Object.entries(tags).flat().join('').length <= tagLimits.sumMax, rules.tagSum.en)

/** Told to devices whose protocol carries it, and heeded by them (reference 000, STEP 7: 重试策略, 信号强度, 剩余电量). */
export const RetryHint = z.strictObject({
  times: z.number().int().min(0).max(10),
  intervalMinutes: z.number().int().min(0).max(1440),
})
/** The least signal and battery (percent) with which a device may upgrade; 0: any. */
export const ConditionsHint = z.strictObject({
  signal: z.number().int().min(0).max(100).optional(),
  battery: z.number().int().min(0).max(100).optional(),
})
export const CampaignHints = z.object({ retry: RetryHint.optional(), conditions: ConditionsHint.optional() })
export type CampaignHints = z.infer<typeof CampaignHints>

/** Whom a campaign addresses; also the question that `campaigns.preview` answers before one starts. */
export const CampaignTarget = z.strictObject({
  packageId: Id,
  kind: CampaignKind.default('upgrade'),
  scope: CampaignScope.default('all'),
  /** Only devices that report one of these; left out or empty: every version. */
  fromVersions: z.array(Version).max(1000).optional(),
  /** With scope `devices`. */
  deviceIds: z.array(Id).max(100_000).optional(),
})

export const CampaignInput = CampaignTarget.extend({
  name: Label,
  mode: z.enum(['full']).default('full'),
  strategy: z.enum(['static']).default('static'),
  protocol: DeliveryProtocol.default('http'),
  /** Whether devices are told; without it they wait for the device to ask. */
  push: z.boolean().default(true),
  policy: UpgradePolicy.default('standard'),
  tags: Tags.optional(),
  retry: RetryHint.optional(),
  conditions: ConditionsHint.optional(),
})
export type CampaignInput = z.infer<typeof CampaignInput>

export const Campaign = z.object({
  id: Id,
  packageId: Id,
  packageName: z.string(),
  productId: Id,
  productName: z.string(),
  module: z.string(),
  toVersion: z.string(),
  name: z.string(),
  kind: CampaignKind,
  scope: CampaignScope,
  fromVersions: z.array(z.string()),
  mode: z.enum(['full']),
  strategy: z.enum(['static']),
  protocol: DeliveryProtocol,
  push: z.boolean(),
  policy: UpgradePolicy,
  tags: z.record(z.string(), z.string()),
  retry: RetryHint.nullable(),
  conditions: ConditionsHint.nullable(),
  status: z.enum(campaignStatuses),
  counts: JobCounts,
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type Campaign = z.infer<typeof Campaign>

export const CampaignPreview = z.object({
  /** Devices that would get a job and be upgraded. */
  matching: z.number(),
  /** Of those, connected now. */
  online: z.number(),
  alreadyOnTarget: z.number(),
  otherJobOpen: z.number(),
  /** Of the product's devices: left out because of their version, or because none was reported. */
  versionNotSelected: z.number(),
  versions: z.array(VersionShare),
})
export type CampaignPreview = z.infer<typeof CampaignPreview>
