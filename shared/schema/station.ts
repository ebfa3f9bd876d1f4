import { z } from 'zod'
import { Protocol } from '../protocols.ts'
import { rules } from '../rule-texts.ts'
import { Timestamp } from './values.ts'

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
  /**
   * Minutes for which the old version, reported again by a device that installs, proves nothing: it may still be at work. After that it
   * counts as rolled back. 0: at once.
   */
  rollbackMinutes: z.number().min(0).max(1440),
  /**
   * Seconds that a device which was told of its upgrade has to report its version after it has connected again, before it is told once
   * more: it may run the new version already.
   */
  reconnectGraceSeconds: z.number().int().min(1).max(600),
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
