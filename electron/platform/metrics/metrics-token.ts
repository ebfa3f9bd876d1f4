import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { MetricsToken, NewMetricsToken } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Random } from '../basics/random.ts'
import type { SettingsService } from '../settings/settings.ts'
import { isoTime } from '../store/pagination.ts'

const KEPT = 'metrics-token'
const KeptToken = z.object({ sha256: z.string(), at: z.number() })
type KeptToken = z.infer<typeof KeptToken>

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A token for Prometheus: it reads metrics and opens nothing else. Only its digest is stored, so it is shown once. */
export const createMetricsToken = (
  settings: Pick<SettingsService, 'kept' | 'keep'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
) => {
  const stored = KeptToken.safeParse(settings.kept(KEPT))
  let kept: KeptToken | undefined = stored.success ? stored.data : undefined
  const state = (): MetricsToken => ({ createdAt: kept ? isoTime(kept.at) : null })
  return {
    state,
    /** Makes a token; one that was there before is worth nothing from now on. */
    async renew(): Promise<NewMetricsToken> {
      const token = random.token(24)
      const next = { sha256: digest(token).toString('base64url'), at: clock.now() }
      await settings.keep(KEPT, next)
      kept = next
      return { token, createdAt: isoTime(next.at) }
    },
    /** Takes the token back; that there is none is no error. */
    async revoke(): Promise<MetricsToken> {
      await settings.keep(KEPT, undefined)
      kept = undefined
      return state()
    },
    /** Whether a presented token is the one; compared in constant time. */
    admits: (token: string): boolean =>
      kept !== undefined && timingSafeEqual(digest(token), Buffer.from(kept.sha256, 'base64url')),
  }
}

export type MetricsTokens = ReturnType<typeof createMetricsToken>
