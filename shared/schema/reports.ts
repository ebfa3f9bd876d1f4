import { z } from 'zod'
import { VersionShare } from './devices.ts'
import { Id, Timestamp } from './values.ts'

/** Who did what and when: kept permanently. */
export const AuditEntry = z.object({
  id: Id,
  at: Timestamp,
  /** The operator's name as given on the screen or in `X-Operator`; null where none was. */
  operator: z.string().nullable(),
  /** The source: the screen, a program, the station itself. */
  source: z.enum(['screen', 'api', 'station']),
  /** A procedure's name, `campaigns.cancel`. */
  action: z.string(),
  /** The name of the object. */
  subject: z.string(),
  detail: z.record(z.string(), z.json()).nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** The format of a campaign's report: for tables, for programs, for paper. */
export const reportFormats = ['csv', 'json', 'html'] as const
export const ReportFormat = z.enum(reportFormats)
export type ReportFormat = z.infer<typeof ReportFormat>

/** The upgrade results of a product's module, day by day. */
export const ModuleStatistics = z.object({
  versions: z.array(VersionShare),
  days: z.array(
    z.object({
      /** `2026-11-21`, a day in the station's time zone. */
      day: z.string(),
      succeeded: z.number(),
      failed: z.number(),
      bytesServed: z.number(),
      /** Bytes that deltas saved. */
      bytesSaved: z.number(),
      /** Devices by version at the end of the day, or now. */
      versions: z.record(z.string(), z.number()),
    }),
  ),
  reasons: z.array(z.object({ errorCode: z.string(), jobs: z.number() })),
})
export type ModuleStatistics = z.infer<typeof ModuleStatistics>
