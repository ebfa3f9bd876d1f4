import { z } from 'zod'
import { Timestamp, wholeOf } from './values.ts'

/** The token that reads `GET /metrics` and nothing else; null: there is none. */
export const MetricsToken = z.object({ createdAt: Timestamp.nullable() })
export type MetricsToken = z.infer<typeof MetricsToken>

/** A new one, shown this once. */
export const NewMetricsToken = z.object({ token: z.string(), createdAt: Timestamp })
export type NewMetricsToken = z.infer<typeof NewMetricsToken>

/** Levels of the log, the least serious first. */
export const LogLevel = z.enum(['debug', 'info', 'warn', 'error', 'fatal'])
export type LogLevel = z.infer<typeof LogLevel>

/** A file of the log. */
export const LogFile = z.object({ name: z.string(), size: z.number(), changedAt: Timestamp })
export type LogFile = z.infer<typeof LogFile>

export const LogFileName = z.string().min(1).max(100)

/** A line of the log; `detail` is its other members as JSON. */
export const LogLine = z.object({ at: Timestamp, level: LogLevel, message: z.string(), detail: z.string() })
export type LogLine = z.infer<typeof LogLine>

/** Which lines to show, the newest first. */
export const LogFilter = z.object({
  limit: wholeOf(1, 1000).default(200),
  level: LogLevel.default('info'),
})

/** A file for somebody who helps. */
export const SentFile = z.object({ name: z.string(), base64: z.string() })
export type SentFile = z.infer<typeof SentFile>
