import { and, desc, eq, lt } from 'drizzle-orm'
import type { AuditEntry } from '#shared/schema.ts'
import { cursorId, isoTime, type Page, type PageRequest, toPage } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { audit } from '../store/report-tables.ts'

/** One entry of the audit log. */
type AuditRecord = Omit<AuditEntry, 'id' | 'at'>

export type AuditLog = ReturnType<typeof createAuditLog>

/** The audit log: append-only, entries never change. */
export const createAuditLog = ({ store, clock }: Pick<PlatformContext, 'store' | 'clock'>) => {
  const { db } = store
  const append = (entry: AuditRecord, at = clock.now()): void =>
    void db
      .insert(audit)
      .values({ at, ...entry })
      .run()
  return {
    /** Records an action of the station itself; call within `store.write`, in the same transaction as the action. */
    append: (entry: Omit<AuditRecord, 'source' | 'operator'>): void =>
      append({ ...entry, source: 'station', operator: null }),

    /** Records an action; resolves once it is on disk. The caller must leave out all secrets. */
    async record(entry: AuditRecord): Promise<void> {
      const at = clock.now()
      await store.write(() => append(entry, at))
    },

    /** Newest first. @throws BAD_REQUEST for an invalid cursor. */
    list({ limit, cursor, action }: PageRequest & { readonly action?: string | undefined }): Page<AuditEntry> {
      const before = cursorId(cursor)
      const rows = db
        .select()
        .from(audit)
        .where(
          and(before === undefined ? undefined : lt(audit.id, before), action ? eq(audit.action, action) : undefined),
        )
        .orderBy(desc(audit.id))
        .limit(limit + 1)
        .all()
      return toPage(rows, limit, ({ at, detail, ...row }) => ({
        ...row,
        at: isoTime(at),
        detail: detail as AuditEntry['detail'],
      }))
    },
  }
}
