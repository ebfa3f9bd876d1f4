import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Random } from '../basics/random.ts'
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

/** Characters after the prefix, letters and digits only (docs/protocols/onenet.md §6.4: `ota_` + 20; clients support 31 in total). */
const LENGTH = 20

const newToken = (random: Random): string => {
  let text = ''
  while (text.length < LENGTH) text += random.token(32).replace(/[-_]/g, '')
  return `ota_${text.slice(0, LENGTH)}`
}

/** Tokens for protocols with their own token form: each identifies one attempt of one job. */
export const createJobTokens = ({ db, write }: Store, random: Random) => {
  const byToken = db
    .select()
    .from(jobTokens)
    .where(eq(jobTokens.token, sql.placeholder('token')))
    .prepare()

  return {
    find: (token: string): StoredToken | undefined => byToken.get({ token }),

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
