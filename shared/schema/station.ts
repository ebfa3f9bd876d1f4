import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Protocol } from '../protocols/index.ts'
import { Programmers } from './programmers.ts'
import { Timestamp } from './values.ts'

export const Settings = z.object({
  /** The largest package file in bytes; at most the protocol's limit. */
  maxPackageBytes: z
    .number()
    .int()
    .min(1024)
    .max(4 * 1024 ** 3),
  /** File extensions that a package may have, each with its dot. */
  packageFormats: z
    .array(z.string().regex(/^(\.[a-z0-9]{1,10}){1,3}$/, rule('format')))
    .min(1)
    .max(50),
  /** Seconds for which a download URL is valid (Alibaba's own: 24 h, docs/protocols/README.md §10.3). */
  downloadUrlSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400),
  /**
   * Minutes for which the old version, reported again by an installing device, is ignored: the installation may still be running. After
   * that the device counts as rolled back. 0: at once.
   */
  rollbackMinutes: z.number().min(0).max(1440),
  /**
   * Seconds that a notified device has after a reconnect to report its version before it is notified again: it may already run the new
   * version.
   */
  reconnectGraceSeconds: z.number().int().min(1).max(600),
  /**
   * Whether device ports accept RSA key exchange (TLS 1.2), which devices without elliptic curves need and which has no forward secrecy.
   */
  staticRsa: z.boolean(),
  /** Whether only engineers may flash units again that are already done (`repeat`), while a PIN is set. */
  repeatByEngineers: z.boolean(),
  /** What is written to the log, from this level on. */
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  /** Programs that recipes may name; replaced as a whole. */
  programmers: Programmers,
})
export type Settings = z.infer<typeof Settings>
export const SettingsPatch = z.strictObject(Settings.partial().shape)

/**
 * The two certificate authorities: the one with RSA keys, which the station hands out, and the one with EC keys, the only one of older
 * stations.
 */
export const AuthorityKind = z.enum(['rsa', 'ec'])
export type AuthorityKind = z.infer<typeof AuthorityKind>

/** Warnings about a certificate authority: first its validity period, then problems with its files. */
export const AuthorityProblem = z.object({
  authority: AuthorityKind,
  problem: z.enum([
    'ending',
    'expired',
    'notYetValid',
    'missing',
    'unreadable',
    'notACertificate',
    'notAnAuthority',
    'wrongKind',
    'notAKey',
    'otherKey',
    'unwritable',
  ]),
  /** The faulty file in the directory `tls`, if there is one. */
  file: z.string().nullable(),
  /** The system's own message. */
  detail: z.string().nullable(),
  /** When it ends, ended or begins. */
  at: Timestamp.nullable(),
  /** Whether a server certificate of this authority is still served. */
  served: z.boolean(),
})
export type AuthorityProblem = z.infer<typeof AuthorityProblem>

export const StationInfo = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: Timestamp,
  dataDirectory: z.string(),
  freeBytes: z.number().nullable(),
  /** Protocols this build serves. */
  protocols: z.array(Protocol),
  /** A cache in front of the station, whose address notices name; null: they name the station's own. */
  downloadUrl: z.string().nullable(),
  listeners: z.object({
    mqtt: z.string().nullable(),
    mqtts: z.string().nullable(),
    http: z.string().nullable(),
    https: z.string().nullable(),
    /** Set when an external broker is used. */
    broker: z.string().nullable(),
  }),
  /** Whether another station of the group of `--broker-group` serves the devices, and this one waits. */
  standsBy: z.boolean(),
  /** Whether devices are served over TLS: `unusable` while there is no certificate; `on` also with one of two. */
  tls: z.object({ state: z.enum(['on', 'off', 'unusable']), problems: z.array(AuthorityProblem) }),
  /** The last jump of time within one day: the clock of this computer was set by `ms` (below 0: back), or the computer slept that long. */
  timeJump: z.object({ at: Timestamp, ms: z.number(), asleep: z.boolean() }).nullable(),
  /**
   * The database was found damaged while the station ran: by the check that continues after the start, by a backup, or by any query. Null
   * where no damage was found. Restoring a backup repairs it.
   */
  databaseDamage: z
    .object({
      /** The file in the data directory. */
      file: z.string(),
      /** SQLite's own message. */
      detail: z.string(),
    })
    .nullable(),
  /** Addresses of this machine at which devices can reach it, most likely first. */
  addresses: z.array(z.object({ name: z.string(), address: z.string() })),
})
export type StationInfo = z.infer<typeof StationInfo>

/** A certificate authority as shown to devices and users. */
const AuthorityCertificate = z.object({
  pem: z.string(),
  subject: z.string(),
  /** SHA-256 as hex pairs with colons, in the format of `openssl x509 -fingerprint -sha256`. */
  fingerprint: z.string(),
  validFrom: Timestamp,
  validTo: Timestamp,
})

/** What devices must trust to download by https and connect by mqtts. */
export const StationAuthority = AuthorityCertificate.extend({
  /** The authority with EC keys: devices that received it before may keep it. Null while its certificate is damaged. */
  ec: AuthorityCertificate.nullable(),
  /** Names and addresses for which the server's own certificates are valid now. */
  addresses: z.array(z.string()),
})
export type StationAuthority = z.infer<typeof StationAuthority>

/** Authorities to replace by new ones: every device that trusts one of them must receive the new certificate. */
export const AuthorityReplacement = z.strictObject({
  authorities: z.array(AuthorityKind).min(1).max(2),
})

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
