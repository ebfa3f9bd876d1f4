import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import type { Delta } from '#shared/schema.ts'
import { type DeltaStatus, deltaTransitions, openDeltaStatuses } from '#shared/states/delta.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { diffs } from '../store/delta-tables.ts'
import { isoTime, isoTimeOrNull } from '../store/pagination.ts'
import { createRowCache } from '../store/row-cache.ts'
import { packageFiles, packages } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

export type DeltaRow = typeof diffs.$inferSelect
export type NewDelta = typeof diffs.$inferInsert

export type DeltaStore = ReturnType<typeof createDeltaStore>

/** Delta rows and their API views. Writes must run within `store.write`. */
export const createDeltaStore = (
  store: Store,
  progressOf: (id: number) => number | undefined,
  isDamaged: (sha256: string) => boolean,
) => {
  const { db } = store
  // Queried at every notice of a campaign that sends deltas, so prepared once.
  const ofVersion = db
    .select()
    .from(diffs)
    .where(
      and(eq(diffs.packageId, sql.placeholder('packageId')), eq(diffs.fromVersion, sql.placeholder('fromVersion'))),
    )
    .orderBy(desc(diffs.id))
    .prepare()
  const byId = db
    .select()
    .from(diffs)
    .where(eq(diffs.id, sql.placeholder('id')))
    .prepare()

  const select = () =>
    db
      .select({
        diff: diffs,
        toVersion: packages.version,
        fullSize: sql<number>`(SELECT sum(${packageFiles.size}) FROM ${packageFiles} WHERE ${packageFiles.packageId} = ${packages.id})`,
        basePackage: sql<number | null>`(SELECT base.id FROM packages AS base WHERE base.id = ${diffs.basePackageId})`,
      })
      .from(diffs)
      .innerJoin(packages, eq(packages.id, diffs.packageId))

  const view = ({
    diff,
    toVersion,
    fullSize,
    basePackage,
  }: ReturnType<ReturnType<typeof select>['all']>[number]): Delta => {
    const { baseKind, baseName, baseSize, baseSha256, basePackageId: _, ...row } = diff
    return {
      ...row,
      toVersion,
      fullSize,
      progress: row.status === 'ready' ? 100 : row.status === 'running' ? (progressOf(row.id) ?? 0) : 0,
      base:
        baseKind === null || baseSha256 === null
          ? null
          : { kind: baseKind, packageId: basePackage, name: baseName ?? '', size: baseSize ?? 0, sha256: baseSha256 },
      damaged: row.sha256 !== null && isDamaged(row.sha256),
      ratio: row.size === null || fullSize === 0 ? null : row.size / fullSize,
      createdAt: isoTime(row.createdAt),
      finishedAt: isoTimeOrNull(row.finishedAt),
    }
  }

  // Asked for at every piece of a delta's download.
  const known = createRowCache<DeltaRow | null>((id) => byId.get({ id }) ?? null)
  store.onUndo(known.clear)
  store.watch({ table: 'diffs', on: ['insert', 'update', 'delete'], keys: ['id'] }, known.forget)
  const find = (id: number): DeltaRow | undefined => known.get(id) ?? undefined
  const row = (id: number): DeltaRow => {
    const found = find(id)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'diff', id })
    return found
  }

  return {
    find,
    /** Deltas whose file has that content. */
    withContent: (sha256: string): DeltaRow[] => db.select().from(diffs).where(eq(diffs.sha256, sha256)).all(),
    /** @throws NOT_FOUND. */
    row,

    /** @throws NOT_FOUND. */
    get(id: number): Delta {
      const [found] = select().where(eq(diffs.id, id)).all()
      if (!found) throw new DomainError('NOT_FOUND', { what: 'diff', id })
      return view(found)
    },

    /** Newest first. */
    ofPackage: (packageId: number): Delta[] =>
      select().where(eq(diffs.packageId, packageId)).orderBy(desc(diffs.id)).all().map(view),

    /** Snapshots of the deltas that still exist, for live events. */
    snapshots: (ids: readonly number[]): Delta[] =>
      ids.length === 0
        ? []
        : select()
            .where(inArray(diffs.id, [...ids]))
            .all()
            .map(view),

    /** Deltas from one version to a package, newest first. */
    ofVersion: (packageId: number, fromVersion: string): DeltaRow[] => ofVersion.all({ packageId, fromVersion }),

    /** Whether a package has a delta that is ready or may become ready. */
    hasAny: (packageId: number): boolean =>
      db
        .select({ id: diffs.id })
        .from(diffs)
        .where(and(eq(diffs.packageId, packageId), inArray(diffs.status, ['ready', ...openDeltaStatuses])))
        .limit(1)
        .get() !== undefined,

    /** The longest waiting first. */
    queued: (): DeltaRow[] => db.select().from(diffs).where(eq(diffs.status, 'queued')).orderBy(asc(diffs.id)).all(),

    insert: (diff: NewDelta): number => db.insert(diffs).values(diff).returning({ id: diffs.id }).get().id,

    /**
     * Changes the state of a delta; a transition that the table does not allow, e.g. because it was deleted or cancelled
     * meanwhile, changes nothing.
     * @returns whether it changed.
     */
    move(id: number, to: DeltaStatus, change: Partial<NewDelta> = {}): boolean {
      const before = find(id)
      if (!before || !mayMove(deltaTransitions, before.status, to)) return false
      db.update(diffs)
        .set({ ...change, status: to })
        .where(eq(diffs.id, id))
        .run()
      return true
    },

    remove: (id: number): void => void db.delete(diffs).where(eq(diffs.id, id)).run(),

    /** Queues deltas again that were in progress when the station stopped; call within `store.write`. */
    requeue: (): void => void db.update(diffs).set({ status: 'queued' }).where(eq(diffs.status, 'running')).run(),
  }
}
