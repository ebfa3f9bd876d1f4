import { z } from 'zod'
import {
  DEVICE_NAME_PATTERN,
  MODULE_NAME_PATTERN,
  PACKAGE_NAME_MAX,
  PACKAGE_NAME_PATTERN,
  PRODUCT_KEY_PATTERN,
  pageLimits,
  SECRET_PATTERN,
  tagLimits,
  VERSION_MAX,
  VERSION_PATTERN,
} from './limits.ts'
import { Protocol } from './protocols.ts'
import { rules } from './rule-texts.ts'
import { campaignStatuses } from './states/campaign.ts'
import { jobStates } from './states/job.ts'
import { verificationStates } from './states/verification.ts'

/** A row's id: a positive integer; path and query carry it as text. */
export const Id = z.coerce.number<number | string>().int().positive()
/** ISO 8601, UTC, milliseconds. */
export const Timestamp = z.iso.datetime()
/** A flag in a query (`?online=true`) or in a form. */
export const Flag = z.union([z.boolean(), z.stringbool()])

export const Version = z.string().min(1).max(VERSION_MAX).regex(VERSION_PATTERN, rules.version.en)
export const ModuleName = z.string().regex(MODULE_NAME_PATTERN, rules.module.en)
export const DeviceName = z.string().regex(DEVICE_NAME_PATTERN, rules.deviceName.en)
export const Secret = z.string().regex(SECRET_PATTERN, rules.secret.en)
/** A label a person gives: trimmed, 1-64 characters, one line. */
export const Label = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, rules.oneLine.en)
export const FreeText = z.string().trim().max(1024)

/** Page of a list: `cursor` is what the page before answered as `nextCursor`. */
export const PageInput = z.object({
  limit: z.coerce.number<number | string>().int().min(1).max(pageLimits.max).default(pageLimits.default),
  cursor: z.string().max(200).optional(),
})
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

// --- products and modules -------------------------------------------------------------------------------------------

export const SuccessCriterion = z.enum(['version', 'progress'])
export const ModuleKind = z.enum(['FOTA', 'SOTA'])

export const Product = z.object({
  id: Id,
  key: z.string(),
  name: z.string(),
  protocol: Protocol,
  secret: z.string(),
  autoRegister: z.boolean(),
  /** Whether a device may log in with its secret as it is, beside the signed form. */
  plainLogin: z.boolean(),
  successCriterion: SuccessCriterion,
  createdAt: Timestamp,
  /** Devices, packages and open campaigns that belong to it. */
  usage: z.object({ devices: z.number(), online: z.number(), packages: z.number(), openCampaigns: z.number() }),
})
export type Product = z.infer<typeof Product>

export const ProductInput = z.strictObject({
  name: Label,
  key: z.string().regex(PRODUCT_KEY_PATTERN, rules.productKey.en).optional(),
  protocol: Protocol,
  secret: Secret.optional(),
  autoRegister: z.boolean().default(false),
  plainLogin: z.boolean().default(true),
  successCriterion: SuccessCriterion.default('version'),
})
export const ProductPatch = z.strictObject({
  name: Label.optional(),
  secret: Secret.optional(),
  autoRegister: z.boolean().optional(),
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
})
export type Module = z.infer<typeof Module>

export const ModuleInput = z.strictObject({
  name: ModuleName,
  alias: Label.optional(),
  description: FreeText.optional(),
  kind: ModuleKind.default('FOTA'),
  vendor: Label.optional(),
  model: Label.optional(),
})

// --- devices --------------------------------------------------------------------------------------------------------

export const Device = z.object({
  id: Id,
  productId: Id,
  name: z.string(),
  secret: z.string(),
  accessToken: z.string(),
  online: z.boolean(),
  lastSeenAt: Timestamp.nullable(),
  createdAt: Timestamp,
  modules: z.array(z.object({ module: z.string(), version: z.string(), reportedAt: Timestamp })),
})
export type Device = z.infer<typeof Device>

export const DeviceInput = z.strictObject({
  productId: Id,
  name: DeviceName,
  secret: Secret.optional(),
  accessToken: z
    .string()
    .regex(/^[A-Za-z0-9_.:@-]{1,64}$/, rules.deviceName.en)
    .optional(),
})

export const DeviceFilter = z.object({
  productId: Id.optional(),
  module: ModuleName.optional(),
  version: Version.optional(),
  online: Flag.optional(),
  /** Part of the device name. */
  q: z.string().max(64).optional(),
})

/** How many devices report which version of a module; `version` null: none reported yet. */
export const VersionShare = z.object({ version: z.string().nullable(), devices: z.number(), online: z.number() })

// --- devices that knock -----------------------------------------------------------------------------------------------

/** Why a login was refused: in no form this station knows, of a product or device nobody registered, with another secret, as it is where the product wants it signed, or with a token that has expired. */
export const knockReasons = [
  'unknown-form',
  'unknown-product',
  'unknown-device',
  'wrong-secret',
  'plain-refused',
  'token-expired',
] as const
export const KnockReason = z.enum(knockReasons)
export type KnockReason = z.infer<typeof KnockReason>

/** A device that tried to log in and was refused; kept in memory only. What it sent as its password is never told. */
export const Knock = z.object({
  id: Id,
  /** In whose form it logged in; several protocols share one. */
  protocols: z.array(Protocol),
  productKey: z.string().nullable(),
  deviceName: z.string().nullable(),
  accessToken: z.string().nullable(),
  /** Where the form is none of ours: the user name as it came. */
  username: z.string().nullable(),
  address: z.string(),
  reason: KnockReason,
  /** The product and the device it means, where they are known. */
  productId: Id.nullable(),
  deviceId: Id.nullable(),
  /** It sent its secret as it is, so that it can be taken over; or signed with it, so that it must be given; or needs none beside its token. */
  secret: z.enum(['presented', 'signed', 'none']),
  count: z.number(),
  firstAt: Timestamp,
  lastAt: Timestamp,
})
export type Knock = z.infer<typeof Knock>

export const KnockAcceptance = z.strictObject({
  /** The product to register it with, where its login names none. */
  productId: Id.optional(),
  /** Its secret; left out: the one it presented. */
  secret: Secret.optional(),
  /** On purpose, for a known device: from now on its secret is another. */
  replaceSecret: Flag.default(false),
})

// --- protocol log -----------------------------------------------------------------------------------------------------

export const messageKinds = [
  'login',
  'left',
  'listening',
  'version',
  'progress',
  'installing',
  'failure',
  'acknowledged',
  'meaningless',
  'ask',
  'block',
  'notice',
  'answer',
  'download',
  'other',
] as const
export const MessageKind = z.enum(messageKinds)
export type MessageKind = z.infer<typeof MessageKind>

/** One message of a device's protocol, or a step of its connection. Secrets and tokens are masked. */
export const DeviceMessage = z.object({
  id: Id,
  /** Grows with every change of any message; `after` takes the largest one already known. */
  revision: z.number(),
  at: Timestamp,
  direction: z.enum(['in', 'out']),
  /** MQTT topic, HTTP request line, or `CONNECT` and the like. */
  channel: z.string(),
  /** Text, at most 4,096 characters; null: nothing, or binary. */
  text: z.string().nullable(),
  /** Beginning of a binary payload. */
  hex: z.string().nullable(),
  /** Of the whole payload. */
  bytes: z.number(),
  /** What it was understood as. */
  kind: MessageKind,
  detail: z.string().nullable(),
  /** Why it was not understood, not allowed or not delivered. */
  refused: z.string().nullable(),
  qos: z.number().nullable(),
  /** Of a message to the device at QoS 1: whether it has confirmed it; null where nothing is to confirm. */
  acknowledged: z.boolean().nullable(),
  /** How often in a row, where only the last one is kept. */
  times: z.number(),
})
export type DeviceMessage = z.infer<typeof DeviceMessage>

// --- packages -------------------------------------------------------------------------------------------------------

export const SignMethod = z.enum(['MD5', 'SHA256'])

export const PackageFile = z.object({ name: z.string(), size: z.number(), md5: z.string(), sha256: z.string() })
export const Package = z.object({
  id: Id,
  productId: Id,
  module: z.string(),
  name: z.string(),
  version: z.string(),
  type: z.enum(['full']),
  signMethod: SignMethod,
  /** Of the one file, by the method; empty for several files, each of which has its own. */
  sign: z.string(),
  verification: z.enum(verificationStates),
  description: z.string().nullable(),
  customInfo: z.record(z.string(), z.json()).nullable(),
  files: z.array(PackageFile),
  size: z.number(),
  createdAt: Timestamp,
})
export type Package = z.infer<typeof Package>

/** A file that arrived, was hashed on the way and waits for its package; dropped after an hour unused. */
export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number(),
  md5: z.string(),
  sha256: z.string(),
})
export type Upload = z.infer<typeof Upload>

export const PackageInput = z.strictObject({
  productId: Id,
  module: ModuleName.default('default'),
  name: z
    .string()
    .min(1)
    .refine((name) => [...name].length <= PACKAGE_NAME_MAX, rules.packageNameLength.en)
    .regex(PACKAGE_NAME_PATTERN, rules.packageName.en),
  version: Version,
  signMethod: SignMethod.default('MD5'),
  /** Whether a verification must precede upgrades; `false` records it as skipped. */
  verify: Flag.default(false),
  description: FreeText.optional(),
  /** Sent to the device as `_package_udi`. */
  customInfo: z.record(z.string(), z.json()).optional(),
  /** Ids that `uploads` answered; REST's multipart form carries the files themselves instead. */
  uploads: z.array(z.string()).min(1).max(20),
})

// --- campaigns and jobs ---------------------------------------------------------------------------------------------

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

export const JobCounts = z.object(
  Object.fromEntries(jobStates.map((state) => [state, z.number()])) as Record<(typeof jobStates)[number], z.ZodNumber>,
)
export type JobCounts = z.infer<typeof JobCounts>

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

export const JobEvent = z.object({
  at: Timestamp,
  /** The state after the event. */
  state: z.enum(jobStates),
  /** What happened, as a code the screen explains: `created`, `notice`, `download`, `progress`, `version`, `failed`, `retry`, `cancelled`, `skipped` … */
  what: z.string(),
  /** Details in the device's words or as values. */
  detail: z.string().nullable(),
})
export type JobEvent = z.infer<typeof JobEvent>

export const Job = z.object({
  id: Id,
  campaignId: Id,
  deviceId: Id,
  deviceName: z.string(),
  module: z.string(),
  fromVersion: z.string().nullable(),
  toVersion: z.string(),
  /** What the device gets, `full`; bytes of it in `artifactSize`. */
  artifact: z.enum(['full']),
  artifactSize: z.number(),
  state: z.enum(jobStates),
  /** Percent, 0-100, as the device reports it. */
  progress: z.number(),
  /** A code of `reasons.ts`; null unless failed or skipped. */
  errorCode: z.string().nullable(),
  /** The device's own last words, or the values our explanation is filled with. */
  description: z.string().nullable(),
  attempt: z.number(),
  /** Whether the device is connected now. */
  online: z.boolean(),
  notifiedAt: Timestamp.nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  updatedAt: Timestamp,
})
export type Job = z.infer<typeof Job>

export const JobWithEvents = Job.extend({ events: z.array(JobEvent) })

// --- station --------------------------------------------------------------------------------------------------------

export const Settings = z.object({
  /** Largest package file, bytes; at most what the protocol allows. */
  maxPackageBytes: z
    .number()
    .int()
    .min(1024)
    .max(4 * 1024 ** 3),
  /** File endings a package may have, each with its dot. */
  packageFormats: z
    .array(z.string().regex(/^(\.[a-z0-9]{1,10}){1,3}$/, rules.format.en))
    .min(1)
    .max(50),
  /** Seconds a download URL is valid (Alibaba's own: 24 h, device-protocols.md 2.2). */
  downloadUrlSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400),
})
export type Settings = z.infer<typeof Settings>
export const SettingsPatch = z.strictObject(Settings.partial().shape)

export const StationInfo = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: Timestamp,
  dataDirectory: z.string(),
  freeBytes: z.number().nullable(),
  /** Protocols this build serves. */
  protocols: z.array(Protocol),
  listeners: z.object({
    mqtt: z.string().nullable(),
    mqtts: z.string().nullable(),
    http: z.string().nullable(),
    https: z.string().nullable(),
    /** Set when an external broker is used. */
    broker: z.string().nullable(),
  }),
  /** Addresses of this machine at which devices can reach it, best first. */
  addresses: z.array(z.object({ name: z.string(), address: z.string() })),
})
export type StationInfo = z.infer<typeof StationInfo>

/** What devices must trust to fetch by https and connect by mqtts. */
export const StationAuthority = z.object({
  pem: z.string(),
  subject: z.string(),
  /** SHA-256, hex pairs with colons, as `openssl x509 -fingerprint -sha256` prints it. */
  fingerprint: z.string(),
  validFrom: Timestamp,
  validTo: Timestamp,
  /** Names and addresses the server's own certificate is for now. */
  addresses: z.array(z.string()),
})
export type StationAuthority = z.infer<typeof StationAuthority>

export const Overview = z.object({
  devices: z.number(),
  online: z.number(),
  products: z.number(),
  packages: z.number(),
  runningCampaigns: z.number(),
  openJobs: z.number(),
  /** Jobs of the last 24 h that ended. */
  succeeded24h: z.number(),
  failed24h: z.number(),
})
export type Overview = z.infer<typeof Overview>

// --- simulator ------------------------------------------------------------------------------------------------------

export const SimulatorInput = z.strictObject({
  productId: Id,
  module: ModuleName.default('default'),
  /** Virtual devices to run; they are created as `{prefix}-0001` … where missing. */
  count: z.number().int().min(1).max(5000),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/)
    .default('sim'),
  version: Version.default('1.0.0'),
  /** Bytes per second each downloads at; 0: as fast as it goes. */
  bytesPerSecond: z.number().int().min(0).max(1e9).default(0),
  /** Of 100 devices, how many fail each upgrade (spread evenly, so 10 % of 50 are exactly 5). */
  failurePercent: z.number().min(0).max(100).default(0),
  /** Milliseconds from installed to the version report. */
  rebootMs: z.number().int().min(0).max(600_000).default(1500),
})
export type SimulatorInput = z.infer<typeof SimulatorInput>

/** An error of the virtual devices: a code of `errors.ts` with what its text is filled with. */
export const SimulatorTrouble = z.object({
  code: z.enum(['SIMULATOR_CRASHED', 'SIMULATOR_REFUSED', 'SIMULATOR_UNREACHABLE']),
  data: z.record(z.string(), z.string()),
})
export type SimulatorTrouble = z.infer<typeof SimulatorTrouble>

export const SimulatorStatus = z.object({
  running: z.boolean(),
  settings: SimulatorInput.nullable(),
  devices: z.number(),
  connected: z.number(),
  upgrading: z.number(),
  /** Devices whose latest upgrade succeeded, and those whose latest failed; a retry that succeeds moves one over. */
  succeeded: z.number(),
  failed: z.number(),
  /** What went wrong last, until the next start; show it by `errorText(code, language, data)`. */
  lastError: SimulatorTrouble.nullable(),
})
export type SimulatorStatus = z.infer<typeof SimulatorStatus>

// --- live events ----------------------------------------------------------------------------------------------------

/** One change, as the object now is. Over REST it is a server-sent event named by `type`. */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), ...Job.shape }),
  z.object({ type: z.literal('campaign'), ...Campaign.shape }),
  z.object({ type: z.literal('device'), ...Device.shape }),
  /** A package changed (its verification, say): read it again. */
  z.object({ type: z.literal('package'), id: Id }),
  z.object({ type: z.literal('knock'), ...Knock.shape }),
  z.object({ type: z.literal('removed'), what: z.enum(['product', 'device', 'package', 'campaign', 'knock']), id: Id }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

export const LiveFilter = z.object({
  types: z
    .union([
      z.array(z.enum(['job', 'campaign', 'device', 'package', 'knock', 'removed'])),
      z.enum(['job', 'campaign', 'device', 'package', 'knock', 'removed']).transform((type) => [type]),
    ])
    .optional(),
  /** Jobs of this campaign alone. */
  campaignId: Id.optional(),
})
