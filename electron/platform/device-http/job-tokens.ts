import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Random } from '../basics/random.ts'
import { jobTokens } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/** What the store knows of a token. */
export interface StoredToken {
  readonly jobId: number
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type JobTokens = ReturnType<typeof createJobTokens>

/** Characters behind the prefix, letters and digits alone (docs/protocols/onenet.md §6.4: `ota_` + 20; clients hold 31 in all). */
const LENGTH = 20

const newToken = (random: Random): string => {
  let text = ''
  while (text.length < LENGTH) text += random.token(32).replace(/[-_]/g, '')
  return `ota_${text.slice(0, LENGTH)}`
}

/** Tokens for protocols that have their own: each stands for one attempt of one job. */
export const createJobTokens = ({ db, write }: Store, random: Random) => {
  const byToken = db
    .select()
    .from(jobTokens)
    .where(eq(jobTokens.token, sql.placeholder('token')))
    .prepare()

  return {
    find: (token: string): StoredToken | undefined => byToken.get({ token }),

    /** The attempt's token, made when it has none that is still good; from now on it lasts until `expiresAt`. */
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
