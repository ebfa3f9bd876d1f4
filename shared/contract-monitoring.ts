import { oc } from '@orpc/contract'
import { z } from 'zod'
import { get, post, remove } from './contract-routes.ts'
import { LogFile, LogFileName, LogFilter, LogLine, MetricsToken, NewMetricsToken, SentFile } from './schema.ts'

const all = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.null() })

/** What lets other programs and people see inside (docs/operator-api.md §15). `GET /metrics` itself is no procedure: it answers with text. */
export const monitoringContract = {
  metrics: {
    token: get('/metrics/token', 'When the token that only reads metrics was made').output(MetricsToken),
    renewToken: post(
      '/metrics/token',
      'Make a token that reads metrics and nothing else; it is shown this once, and the one before is worth nothing any more',
    ).output(NewMetricsToken),
    revokeToken: remove('/metrics/token', 'Take that token back').output(MetricsToken),
  },
  logs: {
    list: get('/logs', 'Files of the log, newest first').output(all(LogFile)),
    recent: get('/logs/recent', 'The newest lines of the log, newest first').input(LogFilter).output(all(LogLine)),
    /** For the screen; REST sends `GET /logs/{name}`. */
    read: oc.input(z.object({ name: LogFileName })).output(SentFile),
    /** For the screen; REST sends `GET /diagnostics`. */
    diagnostics: oc.output(SentFile),
  },
}
