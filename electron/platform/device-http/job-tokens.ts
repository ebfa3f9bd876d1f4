import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Random } from '../basics/random.ts'
import { createRecentMap } from '../basics/recent-map.ts'
import { createRowCache } from '../store/row-cache.ts'
import { jobTokens } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/** A token as stored. */
interface StoredToken {
  readonly jobId: number
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type JobTokens = ReturnType<typeof createJobTokens>

/** Tokens whose jobs are remembered, at least. */
const REMEMBERED = 4096

/** Characters after the prefix, letters and digits only (docs/protocols/onenet.md §6.4: `ota_` + 20; clients support 31 in total). */
const LENGTH = 20

const newToken = (random: Random): string => {
  let text = ''
  while (text.length < LENGTH) text += random.token(32).replace(/[-_]/g, '')
  return `ota_${text.slice(0, LENGTH)}`
}

/** Tokens for protocols with their own token form: each identifies one attempt of one job. */
export const createJobTokens = ({ db, write, watch, onUndo }: Store, random: Random) => {
  const byToken = db
    .select()
    .from(jobTokens)
    .where(eq(jobTokens.token, sql.placeholder('token')))
    .prepare()

  const byJob = db
    .select()
    .from(jobTokens)
    .where(eq(jobTokens.jobId, sql.placeholder('jobId')))
    .prepare()
  /** A device sends its token with each of a thousand pieces. */
  const known = createRowCache<ReadonlyMap<string, StoredToken>>(
    (jobId) => new Map(byJob.all({ jobId }).map((row) => [row.token, row])),
  )
  /** The job that a token was issued for, which never changes; whether the token is still there is asked of its job. */
  const jobOf = createRecentMap<string, number>(REMEMBERED)
  watch({ table: 'job_tokens', on: ['insert', 'update', 'delete'], keys: ['job_id'] }, known.forget)
  onUndo(() => {
    known.clear()
    jobOf.clear()
  })

  return {
    find(token: string): StoredToken | undefined {
      const jobId = jobOf.get(token)
      if (jobId !== undefined) return known.get(jobId).get(token)
      const row = byToken.get({ token })
      if (row) jobOf.set(token, row.jobId)
      return row
    },

    /** The token of the attempt; creates one if none is valid. It is then valid until `expiresAt`. */
    issue: (jobId: number, attempt: number, now: number, expiresAt: number): Promise<string> =>
      write(() => {
        const alive = and(eq(jobTokens.jobId, jobId), eq(jobTokens.attempt, attempt), gt(jobTokens.expiresAt, now))
        const known = db.select().from(jobTokens).where(alive).orderBy(desc(jobTokens.expiresAt)).limit(1).get()
        const token = known?.token ?? newToken(random)
        db.insert(jobTokens)
          .values({ token, jobId, attempt, expiresAt })
          .onConflictDoUpdate({ target: jobTokens.token, set: { expiresAt } })
          .run()
        return token
      }),
  }
}
