import { z } from 'zod'
import { artifactNotes } from '../artifact-notes.ts'
import { tagLimits } from '../limits.ts'
import { rules } from '../rule-texts.ts'
import { campaignStatuses } from '../states/campaign.ts'
import { DeviceTag, VersionShare } from './devices.ts'
import { JobCounts } from './jobs.ts'
import { Id, Label, ReportedVersion, Timestamp } from './values.ts'

export const CampaignKind = z.enum(['verify', 'upgrade'])
/** How devices fetch the files; `mqtt` only where the product's protocol has it. */
export const DeliveryProtocol = z.enum(['http', 'https', 'mqtt'])
/** Whether a device upgrades at once or when it sees fit; told to devices whose protocol carries it (iot-engine). */
export const UpgradePolicy = z.enum(['standard', 'silent'])
export const Strategy = z.enum(['static', 'dynamic'])
/** What devices get: the full image, the patch from their version, or the patch where there is one that pays and else the full image. */
export const CampaignMode = z.enum(['full', 'diff', 'auto'])
export type CampaignMode = z.infer<typeof CampaignMode>
export const CampaignScope = z.enum(['all', 'devices'])
export const Tags = z
  .record(z.string().regex(tagLimits.keyPattern, rules.tagKey.en), z.string().min(1).max(tagLimits.valueMax))
  .refine((tags) => Object.keys(tags).length <= tagLimits.count, rules.tagCount.en)
  .refine((tags) => Object.entries(tags).flat().join('').length <= tagLimits.sumMax, rules.tagSum.en)

/** Failures that a retry may mend, by the step that failed; a cancelled or timed-out job is never retried. */
export const RetryClass = z.enum(['upgrade', 'download', 'verification', 'burning', 'version'])
export type RetryClass = z.infer<typeof RetryClass>
/**
 * How often and after how long a failed job is tried again: by the device where its protocol carries the wish (docs/protocols/onenet.md §6.3:
 * 重试策略), by the platform elsewhere.
 */
export const Retry = z.strictObject({
  times: z.number().int().min(0).max(10),
  intervalMinutes: z.number().int().min(0).max(4320),
  /** Left out: every class. */
  on: z.array(RetryClass).min(1).optional(),
})
/** The least signal and battery (percent) with which a device may upgrade; 0: any. */
export const ConditionsHint = z.strictObject({
  signal: z.number().int().min(0).max(100).optional(),
  battery: z.number().int().min(0).max(100).optional(),
})
export const CampaignHints = z.object({ retry: Retry.optional(), conditions: ConditionsHint.optional() })
export type CampaignHints = z.infer<typeof CampaignHints>

/** Hours and minutes of the station's own time zone. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, rules.timeOfDay.en)
/** When devices may be told: from (included) to (excluded), over midnight where `to` is earlier. */
export const DailyWindow = z.strictObject({ from: TimeOfDay, to: TimeOfDay })
/** Devices told per minute, and upgrading at the same time. */
export const Rate = z.strictObject({
  perMinute: z.number().int().min(1).max(10_000).optional(),
  concurrent: z.number().int().min(1).max(100_000).optional(),
})
/**
 * A group of a rollout: so many percent of the matching devices (at least one), before all that follow. When all of it has
 * ended and `successPercent` of those that were not skipped have proven the target, the next group opens: by itself, or after a person's click.
 */
export const RolloutGroup = z.strictObject({
  name: Label,
  percent: z.number().int().min(1).max(99),
  successPercent: z.number().int().min(0).max(100).default(100),
  proceed: z.enum(['auto', 'person']).default('auto'),
})
export type RolloutGroup = z.infer<typeof RolloutGroup>
export const RolloutGroups = z
  .array(RolloutGroup)
  .max(10)
  .refine(
    (groups) => groups.reduce((sum, group) => sum + group.percent, 0) < 100,
    'the groups together must leave some devices for the rest',
  )
/** On reaching both, the campaign halts: nothing new starts, what is open goes on. */
export const FailureThreshold = z.strictObject({
  percent: z.number().int().min(1).max(100),
  minimum: z.number().int().min(1).max(100_000),
})
/** Minutes after which a silent job has failed. `push`: from the notice to the first sign; `progress`: from the first progress to the proof. */
export const timeoutDefaults = { pushMinutes: 60, progressMinutes: 120 } as const

/** Minutes a job may stay in one step; left out: only the limit from the first progress holds. */
export const StepTimeouts = z.strictObject({
  downloading: z.number().int().min(1).max(10_080).optional(),
  installing: z.number().int().min(1).max(10_080).optional(),
})
export type StepTimeouts = z.infer<typeof StepTimeouts>

/** Whom a campaign addresses; also the question that `campaigns.preview` answers before one starts. */
export const CampaignTarget = z.strictObject({
  packageId: Id,
  kind: CampaignKind.default('upgrade'),
  mode: CampaignMode.default('full'),
  scope: CampaignScope.default('all'),
  /** Only devices that report one of these; left out or empty: every version. */
  fromVersions: z.array(ReportedVersion).max(1000).optional(),
  /** With scope `devices`. */
  deviceIds: z.array(Id).max(100_000).optional(),
  /** Only devices that carry one of these tags. */
  deviceTags: z.array(DeviceTag).max(20).optional(),
  /** Grey: only so many percent of the matching devices, rounded down, at least one. */
  percent: z.number().int().min(1).max(100).optional(),
  /** Take over devices that another campaign has not begun with; what is in progress is never replaced. */
  overwrite: z.boolean().default(false),
})

export const CampaignInput = CampaignTarget.extend({
  name: Label,
  /** `dynamic`: devices that match later join as well; at most one a package and module, the newest wins. */
  strategy: Strategy.default('static'),
  protocol: DeliveryProtocol.default('http'),
  /** Whether devices are told; without it they wait for the device to ask. */
  push: z.boolean().default(true),
  policy: UpgradePolicy.default('standard'),
  tags: Tags.optional(),
  retry: Retry.optional(),
  conditions: ConditionsHint.optional(),
  /** Left out: at once. 1 minute to 30 days ahead. */
  startAt: Timestamp.optional(),
  window: DailyWindow.optional(),
  rate: Rate.optional(),
  /** Before the rest; left out: all at once. Static campaigns only. */
  groups: RolloutGroups.optional(),
  failureThreshold: FailureThreshold.optional(),
  /** From the first progress (docs/protocols/README.md §8.4); default 120. */
  timeoutMinutes: z.number().int().min(1).max(10_080).optional(),
  /** From the notice, so that a silent device never hangs a campaign; default 60. */
  pushTimeoutMinutes: z.number().int().min(1).max(10_080).optional(),
  /** How long a device may download, and install, before that counts as failed; left out: no limit of their own. */
  stepTimeoutMinutes: StepTimeouts.optional(),
})
export type CampaignInput = z.infer<typeof CampaignInput>
/** What of it is kept as it was asked for. */
export const CampaignPlan = CampaignInput.pick({
  window: true,
  rate: true,
  failureThreshold: true,
  deviceTags: true,
  percent: true,
  stepTimeoutMinutes: true,
})
  .extend({ overwrite: z.boolean() })
  .partial()
export type CampaignPlan = z.infer<typeof CampaignPlan>

/** A group of a rollout as it stands. */
export const CampaignGroup = z.object({
  name: z.string(),
  /** `rest`: the last one, named by the screen. */
  kind: z.enum(['group', 'rest']),
  size: z.number(),
  successPercent: z.number().nullable(),
  proceed: z.enum(['auto', 'person']),
  status: z.enum(['closed', 'open', 'passed', 'failed', 'waiting']),
  openedAt: Timestamp.nullable(),
  counts: JobCounts,
})
export type CampaignGroup = z.infer<typeof CampaignGroup>

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
  mode: CampaignMode,
  strategy: Strategy,
  protocol: DeliveryProtocol,
  push: z.boolean(),
  policy: UpgradePolicy,
  tags: z.record(z.string(), z.string()),
  retry: Retry.nullable(),
  conditions: ConditionsHint.nullable(),
  deviceTags: z.array(z.string()),
  percent: z.number().nullable(),
  overwrite: z.boolean(),
  startAt: Timestamp.nullable(),
  window: DailyWindow.nullable(),
  rate: Rate.nullable(),
  failureThreshold: FailureThreshold.nullable(),
  timeoutMinutes: z.number(),
  pushTimeoutMinutes: z.number(),
  stepTimeoutMinutes: StepTimeouts,
  /** In order; the last one is the rest. One alone where no groups were asked for. */
  groups: z.array(CampaignGroup),
  /** Why nothing new is offered just now, for a person to read; null: something is, or nothing is left. */
  waitsFor: z
    .enum(['start', 'window', 'rate', 'concurrency', 'devices', 'group', 'person', 'retry', 'diff'])
    .nullable(),
  /** When that ends by itself. */
  nextAt: Timestamp.nullable(),
  /** Bytes its devices have fetched, and those they did not have to, as they were upgraded by a patch. */
  bytesServed: z.number(),
  bytesSaved: z.number(),
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
  /** Left out because they carry none of the chosen tags, or because of the percentage. */
  tagNotSelected: z.number().optional(),
  beyondPercent: z.number().optional(),
  /** Of `matching`: taken over from campaigns that have not begun with them. */
  takenOver: z.number().optional(),
  versions: z.array(VersionShare),
  /** Of `matching`, by what each would get as things are: in order of version, null: none reported. */
  artifacts: z.array(
    z.object({
      fromVersion: z.string().nullable(),
      devices: z.number(),
      /** `wait`: a patch that is being made; `none`: nothing, they would be skipped. */
      artifact: z.enum(['full', 'diff', 'wait', 'none']),
      diffId: Id.nullable(),
      /** Bytes of it for one device. */
      size: z.number().nullable(),
      note: z.enum(artifactNotes).nullable(),
    }),
  ),
})
export type CampaignPreview = z.infer<typeof CampaignPreview>
