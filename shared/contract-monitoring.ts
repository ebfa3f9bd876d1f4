import { get, post, remove } from './contract-routes.ts'
import { MetricsToken, NewMetricsToken } from './schema.ts'

/** What lets other programs see inside (docs/operator-api.md §15). `GET /metrics` itself is no procedure: it answers with text. */
export const monitoringContract = {
  metrics: {
    token: get('/metrics/token', 'When the token that only reads metrics was made').output(MetricsToken),
    renewToken: post(
      '/metrics/token',
      'Make a token that reads metrics and nothing else; it is shown this once, and the one before is worth nothing any more',
    ).output(NewMetricsToken),
    revokeToken: remove('/metrics/token', 'Take that token back').output(MetricsToken),
  },
}
