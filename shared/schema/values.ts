import { z } from 'zod'
import {
  DEVICE_NAME_PATTERN,
  MODULE_NAME_PATTERN,
  pageLimits,
  SECRET_PATTERN,
  VERSION_MAX,
  VERSION_PATTERN,
} from '../limits.ts'
import { rule } from '../phrase.ts'

/** A row's id: a positive integer; path and query carry it as text, only decimal digits. */
export const Id = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,15}$/, rule('id'))])
  .pipe(z.coerce.number<number | string>().int().positive())
/** A whole number in a query: path and query carry it as text, only decimal digits (`0x10`, `1e3` and `true` are invalid). */
export const wholeOf = (least: number, most: number) =>
  z
    .union([z.int(), z.string().regex(/^\d{1,15}$/, rule('whole'))])
    .pipe(z.coerce.number<number | string>().int().min(least).max(most))
/** ISO 8601, UTC, milliseconds. */
export const Timestamp = z.iso.datetime()
/** A flag in a query (`?online=true`) or in a form. */
export const Flag = z.union([z.boolean(), z.stringbool()])

/** A package's target version, in the format of the documents. */
export const Version = z.string().min(1).max(VERSION_MAX).regex(VERSION_PATTERN, rule('version'))
/** A version that a device reports, or a selection of reported ones: any text on one line. */
export const ReportedVersion = z
  .string()
  .trim()
  .min(1)
  .max(VERSION_MAX)
  .regex(/^[^\p{Cc}]*$/u, rule('oneLine'))
export const ModuleName = z.string().regex(MODULE_NAME_PATTERN, rule('module'))
export const DeviceName = z.string().regex(DEVICE_NAME_PATTERN, rule('deviceName'))
export const Secret = z.string().regex(SECRET_PATTERN, rule('secret'))
/** A label that a user enters: trimmed, 1-64 characters, one line. */
export const Label = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, rule('oneLine'))
export const FreeText = z.string().trim().max(1024)

/** Page of a list: `cursor` is the `nextCursor` of the page before. */
export const PageInput = z.object({
  limit: wholeOf(1, pageLimits.max).default(pageLimits.default),
  cursor: z.string().max(200).optional(),
})
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })
