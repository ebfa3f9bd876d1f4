import { z } from 'zod'
import { Timestamp } from './values.ts'

/** The token that reads `GET /metrics` and nothing else; null: there is none. */
export const MetricsToken = z.object({ createdAt: Timestamp.nullable() })
export type MetricsToken = z.infer<typeof MetricsToken>

/** A new one, shown this once. */
export const NewMetricsToken = z.object({ token: z.string(), createdAt: Timestamp })
export type NewMetricsToken = z.infer<typeof NewMetricsToken>
