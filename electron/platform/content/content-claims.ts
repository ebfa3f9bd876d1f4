import { and, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { openDeltaStatuses } from '#shared/states/delta.ts'
import { benchRecipeFiles } from '../store/bench-tables.ts'
import { baseImages, diffs } from '../store/delta-tables.ts'
import { packageFiles } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { BlobStore } from './blob-store.ts'
import type { Staged } from './staging.ts'
import type { Contents } from './verified-contents.ts'

/** Content that a caller is about to name: it stays until the claim ends; `using` ties the claim to a scope. */
export interface ContentClaim extends Disposable {
  /** Moves staged files into the blob store. @throws UPLOAD_GONE; the system's error. */
  store(files: readonly Staged[]): Promise<void>
}

export interface ContentClaims {
  open(): ContentClaim
  /** Content that the database names or that a claim holds. SHA-256 in hex. */
  inUse(): Set<string>
  /** Deletes content that is no longer in use; called after deletions. */
  removeUnused(): Promise<void>
}

/** Every column that names stored content. Content named only by a column missing here would be deleted; a test searches for such columns. */
export const namingColumns: readonly { table: SQLiteTable; column: SQLiteColumn; where?: SQL }[] = [
  { table: packageFiles, column: packageFiles.sha256 },
  { table: benchRecipeFiles, column: benchRecipeFiles.sha256 },
  { table: baseImages, column: baseImages.sha256 },
  { table: diffs, column: diffs.sha256 },
  // Only a delta that still has to be generated needs its base image.
  { table: diffs, column: diffs.baseSha256, where: inArray(diffs.status, [...openDeltaStatuses]) },
]

/** Decides which stored content stays, for packages, recipes, deltas and base images alike. */
export const createContentClaims = (
  store: Pick<Store, 'db'>,
  { blobs, contents }: { readonly blobs: BlobStore; readonly contents: Pick<Contents, 'arrived'> },
): ContentClaims => {
  const open = new Set<Set<string>>()

  const inUse = (): Set<string> => {
    const named = namingColumns.flatMap(({ table, column, where }) =>
      store.db
        .selectDistinct({ sha256: sql<string>`${column}` })
        .from(table)
        .where(and(isNotNull(column), where))
        .all(),
    )
    return new Set([...named.map(({ sha256 }) => sha256), ...[...open].flatMap((claimed) => [...claimed])])
  }

  return {
    open() {
      const claimed = new Set<string>()
      open.add(claimed)
      return {
        async store(files) {
          // Claims all of them first: while one is moved, the others must not be deleted.
          for (const { sha256 } of files) claimed.add(sha256)
          for (const { id, sha256 } of files) {
            await blobs.commit(id)
            contents.arrived(sha256)
          }
        },
        [Symbol.dispose]: () => void open.delete(claimed),
      }
    },
    inUse,
    removeUnused: () => blobs.removeUnused(inUse),
  }
}
