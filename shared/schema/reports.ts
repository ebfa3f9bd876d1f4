import { z } from 'zod'
import { VersionShare } from './devices.ts'
import { Id, Timestamp } from './values.ts'

/** Who did what, when: kept for good. */
export const AuditEntry = z.object({
  id: Id,
  at: Timestamp,
  /** The operator's name as given on the screen or in `X-Operator`; null where none was. */
  operator: z.string().nullable(),
  /** By what it came: the screen, a program, the station itself. */
  source: z.enum(['screen', 'api', 'station']),
  /** A procedure's name, `campaigns.cancel`. */
  action: z.string(),
  /** What it was done to, in words. */
  subject: z.string(),
  detail: z.record(z.string(), z.json()).nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** A campaign's report: for tables, for programs, for paper. */
export const reportFormats = ['csv', 'json', 'html'] as const
export const ReportFormat = z.enum(reportFormats)
export type ReportFormat = z.infer<typeof ReportFormat>

/** How upgrades of a product's module went, day by day. */
export const ModuleStatistics = z.object({
  versions: z.array(VersionShare),
  days: z.array(
    z.object({
      /** `2026-11-21`, the station's own day. */
      day: z.string(),
      succeeded: z.number(),
      failed: z.number(),
      bytesServed: z.number(),
      /** Bytes that devices did not have to fetch, as they were upgraded by a delta. */
      bytesSaved: z.number(),
      /** Devices by version at the end of the day, or now. */
      versions: z.record(z.string(), z.number()),
    }),
  ),
  reasons: z.array(z.object({ errorCode: z.string(), jobs: z.number() })),
})
export type ModuleStatistics = z.infer<typeof ModuleStatistics>
