import { and, count, desc, eq, inArray, sql } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import type { BaseImage } from '#shared/schema.ts'
import { openDeltaStatuses } from '#shared/states/delta.ts'
import type { Staged } from '../content/staging.ts'
import type { PackageRow, PackageService } from '../packages/package-service.ts'
import { baseImages, diffs } from '../store/delta-tables.ts'
import { isoTime } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { packages } from '../store/schema.ts'

/** The image of a version from which deltas are generated. */
export interface Base {
  readonly kind: 'package' | 'upload'
  /** Null for an upload. */
  readonly packageId: number | null
  readonly version: string
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/** The product's module to which versions belong. */
export interface ModuleOf {
  readonly productId: number
  readonly module: string
}

export type Bases = ReturnType<typeof createBases>

/** Rows of one version of a product's module. */
const ofVersion = (table: typeof packages | typeof baseImages) =>
  and(
    eq(table.productId, sql.placeholder('productId')),
    eq(table.module, sql.placeholder('module')),
    eq(table.version, sql.placeholder('version')),
  )

/** Images of versions: a package's only file, or an image that was uploaded for a version without a package. */
export const createBases = (
  { store, clock }: Pick<PlatformContext, 'store' | 'clock'>,
  deps: { readonly packages: Pick<PackageService, 'files'> },
) => {
  const { db } = store
  const packageOf = db.select({ id: packages.id }).from(packages).where(ofVersion(packages)).prepare()
  const imageOf = db.select().from(baseImages).where(ofVersion(baseImages)).prepare()

  const ofPackage = (pack: Pick<PackageRow, 'id' | 'version'>): Base | 'several-files' => {
    const [file, ...more] = deps.packages.files(pack.id)
    if (!file || more.length > 0) return 'several-files'
    const { name, size, sha256 } = file
    return { kind: 'package', packageId: pack.id, version: pack.version, name, size, sha256 }
  }

  const upload = (id: number): typeof baseImages.$inferSelect => {
    const found = db.select().from(baseImages).where(eq(baseImages.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'base', id })
    return found
  }

  return {
    ofPackage,

    /** A package's file has priority over an upload, because devices received it from here. Undefined: the image is unknown. */
    of({ productId, module }: ModuleOf, version: string): Base | 'several-files' | undefined {
      const pack = packageOf.get({ productId, module, version })
      const image = imageOf.get({ productId, module, version })
      const found = pack && ofPackage({ id: pack.id, version })
      if (found && (found !== 'several-files' || !image)) return found
      return (
        image && { kind: 'upload', packageId: null, version, name: image.name, size: image.size, sha256: image.sha256 }
      )
    },

    /** Stores an upload as the image of a version and replaces an earlier upload; call within `store.write`. */
    put({ productId, module }: ModuleOf, version: string, { name, size, sha256 }: Staged): Base {
      const image = { name, size, sha256, createdAt: clock.now() }
      db.insert(baseImages)
        .values({ productId, module, version, ...image })
        .onConflictDoUpdate({ target: [baseImages.productId, baseImages.module, baseImages.version], set: image })
        .run()
      return { kind: 'upload', packageId: null, version, name, size, sha256 }
    },

    /** Images that were uploaded for versions of a product, newest first. */
    uploaded: (productId: number, module?: string): BaseImage[] =>
      db
        .select()
        .from(baseImages)
        .where(
          and(eq(baseImages.productId, productId), module === undefined ? undefined : eq(baseImages.module, module)),
        )
        .orderBy(desc(baseImages.createdAt), desc(baseImages.id))
        .all()
        .map((image) => ({ ...image, createdAt: isoTime(image.createdAt) })),

    /** An uploaded image. @throws NOT_FOUND. */
    upload,

    /** Deletes the row of an uploaded image; the caller deletes its content. Call within `store.write`. @throws NOT_FOUND, BASE_IN_USE. */
    forget(id: number): void {
      const { productId, module, version, sha256 } = upload(id)
      const [open] = db
        .select({ patches: count() })
        .from(diffs)
        .innerJoin(packages, eq(packages.id, diffs.packageId))
        .where(
          and(
            eq(packages.productId, productId),
            eq(packages.module, module),
            eq(diffs.fromVersion, version),
            eq(diffs.baseSha256, sha256),
            inArray(diffs.status, [...openDeltaStatuses]),
          ),
        )
        .all()
      if (open && open.patches > 0) throw new DomainError('BASE_IN_USE', { patches: open.patches })
      db.delete(baseImages).where(eq(baseImages.id, id)).run()
    },

    /** Versions of a module whose image is on this station. */
    versions({ productId, module }: ModuleOf): string[] {
      const ofModule = { productId, module }
      const found = [
        ...db
          .select({ version: packages.version })
          .from(packages)
          .where(and(eq(packages.productId, ofModule.productId), eq(packages.module, ofModule.module)))
          .all(),
        ...db
          .select({ version: baseImages.version })
          .from(baseImages)
          .where(and(eq(baseImages.productId, ofModule.productId), eq(baseImages.module, ofModule.module)))
          .all(),
      ]
      return [...new Set(found.map(({ version }) => version))]
    },
  }
}
