import { and, asc, desc, eq, type InferSelectModel, inArray, lt, not, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { VERSION_MAX } from '#shared/limits.ts'
import { phrase } from '#shared/phrase.ts'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { Package, PackageInput } from '#shared/schema.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { type VerificationState, verificationTransitions } from '#shared/states/verification.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaims } from '../content/content-claims.ts'
import type { Staged } from '../content/staging.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { ProductService } from '../devices/product-service.ts'
import { containing, cursorId, isoTime, type Page, type PageRequest, toPage } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { createRowCache } from '../store/row-cache.ts'
import { campaigns, packageFiles, packages } from '../store/schema.ts'
import type { UploadService } from './upload-service.ts'

export type PackageRow = InferSelectModel<typeof packages>
export type PackageFileRow = InferSelectModel<typeof packageFiles>

interface PackageFilter extends PageRequest {
  readonly productId?: number | undefined
  readonly module?: string | undefined
  readonly q?: string | undefined
  /** Selects packages with damaged files. */
  readonly damaged?: boolean | undefined
  /** Selects packages whose verification is pending or failed. */
  readonly unverified?: boolean | undefined
}

const atMost = (field: string, max: number) => ({
  field,
  rule: phrase('phrases.mostCharacters', { max }),
})

const onlyIf = (wanted: boolean, condition: SQL): SQL => (wanted ? condition : not(condition))

export type PackageService = ReturnType<typeof createPackageService>

/** Upgrade packages. Their bytes are in the blob store, named by their SHA-256. */
export const createPackageService = (
  { store, events, clock }: PlatformContext,
  options: {
    readonly products: ProductService
    readonly uploads: UploadService
    readonly blobs: BlobStore
    readonly contents: Pick<Contents, 'isDamaged' | 'damaged' | 'verify' | 'require'>
    readonly claims: ContentClaims
  },
) => {
  const { db } = store

  // Queried for every notice and every download of every device, so prepared once.
  const rowById = db
    .select()
    .from(packages)
    .where(eq(packages.id, sql.placeholder('id')))
    .prepare()
  const filesById = db
    .select()
    .from(packageFiles)
    .where(eq(packageFiles.packageId, sql.placeholder('id')))
    .orderBy(asc(packageFiles.position))
    .prepare()
  const knownFiles = createRowCache<readonly PackageFileRow[]>((id) => filesById.all({ id }))
  store.onUndo(knownFiles.clear)
  store.watch({ table: 'package_files', on: ['insert', 'update', 'delete'], keys: ['package_id'] }, knownFiles.forget)
  const knownRows = createRowCache<PackageRow | null>((id) => rowById.get({ id }) ?? null, 64)
  store.onUndo(knownRows.clear)
  store.watch({ table: 'packages', on: ['insert', 'update', 'delete'], keys: ['id'] }, knownRows.forget)
  const row = (id: number): PackageRow => {
    const found = knownRows.get(id)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'package', id })
    return found
  }

  const filesOf = (ids: readonly number[]): PackageFileRow[] =>
    ids.length === 0
      ? []
      : db
          .select()
          .from(packageFiles)
          .where(inArray(packageFiles.packageId, [...ids]))
          .orderBy(asc(packageFiles.position))
          .all()

  const view = (pack: PackageRow, files: readonly PackageFileRow[]): Package => ({
    ...pack,
    type: 'full',
    customInfo: pack.customInfo as Package['customInfo'],
    sign: signOf(pack, files),
    files: files.map(({ name, size, md5, sha256 }) => ({ name, size, md5, sha256 })),
    damagedFiles: files.filter(({ sha256 }) => options.contents.isDamaged(sha256)).map(({ name }) => name),
    size: files.reduce((sum, file) => sum + file.size, 0),
    createdAt: isoTime(pack.createdAt),
  })

  /** Any number of digests: the list of damaged content is passed to the database as one value. */
  const hasDamage = (): SQL => sql`${packages.id} IN (
    SELECT ${packageFiles.packageId} FROM ${packageFiles}
    WHERE ${packageFiles.sha256} IN (SELECT value FROM json_each(${JSON.stringify(options.contents.damaged())})))`

  /** Several files have no common signature: each file has its own (docs/protocols/sagoo.md §4.8). */
  const signOf = (pack: PackageRow, [file, ...more]: readonly PackageFileRow[]): string =>
    file && more.length === 0 ? (pack.signMethod === 'MD5' ? file.md5 : file.sha256) : ''

  /** The limits depend on the product's protocol where the documents differ (shared/limits.ts). */
  const checkLimits = (input: z.output<typeof PackageInput>): void => {
    const { protocol } = options.products.row(input.productId)
    const limits = protocolFacts[protocol].packageLimits
    if ([...input.name].length > limits.nameMax) throw new DomainError('INVALID_FIELD', atMost('name', limits.nameMax))
    const versionMax = Math.min(limits.versionMax, VERSION_MAX)
    if (input.version.length > versionMax) throw new DomainError('INVALID_FIELD', atMost('version', versionMax))
    if (input.uploads.length > 1 && !protocolFacts[protocol].features.severalFiles)
      throw new DomainError('SEVERAL_FILES', { protocol })
    if (input.signMethod === 'SHA256' && !protocolFacts[protocol].features.sha256)
      throw new DomainError('MD5_ONLY', { protocol })
    if (!options.products.hasModule(input.productId, input.module))
      throw new DomainError('NOT_FOUND', { what: 'module', id: input.module })
  }

  const refuseTaken = (input: z.output<typeof PackageInput>): void => {
    const taken = (what: SQL | undefined) => db.select().from(packages).where(what).get()
    const sameName = taken(and(eq(packages.productId, input.productId), eq(packages.name, input.name)))
    if (sameName)
      throw new DomainError('ALREADY_EXISTS', {
        field: 'name',
        value: `${input.name} (${sameName.module} · ${sameName.version})`,
      })
    const sameVersion = and(
      eq(packages.productId, input.productId),
      eq(packages.module, input.module),
      eq(packages.version, input.version),
    )
    const other = taken(sameVersion)
    if (other) throw new DomainError('ALREADY_EXISTS', { field: 'version', value: `${input.version} (${other.name})` })
  }

  /** Devices request a file by its name. */
  const refuseSameName = (files: readonly Staged[]): void => {
    const twice = files.find(({ name }, position) => files.findIndex((file) => file.name === name) < position)
    if (twice) throw new DomainError('ALREADY_EXISTS', { field: 'file', value: twice.name })
  }

  /** Writes the package. It repeats the checks, because the database may have changed since the upload began. */
  const insert = (input: z.output<typeof PackageInput>, files: readonly Staged[]): number => {
    checkLimits(input)
    refuseTaken(input)
    refuseSameName(files)
    const { id } = db
      .insert(packages)
      .values({
        productId: input.productId,
        module: input.module,
        name: input.name,
        version: input.version,
        signMethod: input.signMethod,
        verification: input.verify ? 'unverified' : 'skipped',
        skipped: !input.verify,
        description: input.description ?? null,
        customInfo: input.customInfo ?? null,
        createdAt: clock.now(),
      })
      .returning({ id: packages.id })
      .get()
    files.forEach(({ name, size, md5, sha256 }, position) => {
      db.insert(packageFiles).values({ packageId: id, position, name, size, md5, sha256 }).run()
    })
    return id
  }

  const setVerification = (id: number, to: VerificationState): boolean => {
    const { verification: from, skipped } = row(id)
    // A verification without result does not undo an operator's decision.
    const next = to === 'unverified' && skipped ? 'skipped' : to
    if (!mayMove(verificationTransitions, from, next)) return false
    db.update(packages).set({ verification: next }).where(eq(packages.id, id)).run()
    return true
  }

  return {
    row,
    /** A file by its name, with its path. @throws NOT_FOUND. */
    file(id: number, name: string): PackageFileRow & { readonly path: string } {
      row(id)
      const found = filesOf([id]).find((file) => file.name === name)
      if (!found) throw new DomainError('NOT_FOUND', { what: 'file', id: name })
      return { ...found, path: options.blobs.path(found.sha256) }
    },
    files: (id: number): readonly PackageFileRow[] => knownFiles.get(id),

    /** Reads a package's files and compares them with their digests. @returns the package with its damaged files. @throws NOT_FOUND. */
    async check(id: number): Promise<Package> {
      row(id)
      for (const file of filesOf([id])) await options.contents.verify(file)
      return view(row(id), filesOf([id]))
    },

    /** @throws CONTENT_DAMAGED when a file of the package is damaged or missing on this station. */
    async requireWhole(id: number): Promise<void> {
      for (const file of filesOf([id])) await options.contents.require(file.name, file)
    },

    /** Packages that contain a file of that content. */
    withContent: (sha256: string): number[] =>
      db
        .selectDistinct({ id: packageFiles.packageId })
        .from(packageFiles)
        .where(eq(packageFiles.sha256, sha256))
        .all()
        .map(({ id }) => id),

    get: (id: number): Package => view(row(id), filesOf([id])),

    list(filter: PackageFilter): Page<Package> {
      const before = cursorId(filter.cursor)
      const rows = db
        .select()
        .from(packages)
        .where(
          and(
            before === undefined ? undefined : lt(packages.id, before),
            filter.productId === undefined ? undefined : eq(packages.productId, filter.productId),
            filter.module === undefined ? undefined : eq(packages.module, filter.module),
            filter.q
              ? sql`(${packages.name} LIKE ${containing(filter.q)} ESCAPE '\\' OR ${packages.version} LIKE ${containing(filter.q)} ESCAPE '\\')`
              : undefined,
            filter.damaged === undefined ? undefined : onlyIf(filter.damaged, hasDamage()),
            filter.unverified === undefined
              ? undefined
              : onlyIf(filter.unverified, inArray(packages.verification, ['unverified', 'failed'])),
          ),
        )
        .orderBy(desc(packages.id))
        .limit(filter.limit + 1)
        .all()
      const files = Map.groupBy(filesOf(rows.map((pack) => pack.id)), (file) => file.packageId)
      return toPage(rows, filter.limit, (pack) => view(pack, files.get(pack.id) ?? []))
    },

    /**
     * Creates a package from uploads; the uploads are kept only if the whole package is valid.
     * @throws NOT_FOUND (product, module), INVALID_FIELD, SEVERAL_FILES, MD5_ONLY, ALREADY_EXISTS (name; version of the module; a
     * file's name within it), UPLOAD_GONE, PAYLOAD_TOO_LARGE.
     */
    async create(input: z.output<typeof PackageInput>): Promise<Package> {
      checkLimits(input)
      refuseTaken(input)
      const limit = protocolFacts[options.products.row(input.productId).protocol].packageLimits.fileBytes
      using claim = options.claims.open()
      const files = await options.uploads.take(claim, input.uploads, limit)
      const made = await store.write(() => insert(input, files))
      await options.uploads.discard(...input.uploads)
      events.emit('package', made)
      return view(row(made), filesOf([made]))
    },

    /**
     * Deletes a package and its campaigns' records.
     * @throws CAMPAIGN_OPEN while one of its campaigns runs, STILL_IN_USE unless forced when it was campaigned.
     */
    async remove(id: number, force: boolean): Promise<void> {
      await store.write(() => {
        row(id)
        const used = db
          .select({ name: campaigns.name, status: campaigns.status })
          .from(campaigns)
          .where(eq(campaigns.packageId, id))
          .all()
        const open = used.find((campaign) => (openCampaignStatuses as readonly string[]).includes(campaign.status))
        if (open) throw new DomainError('CAMPAIGN_OPEN', { campaign: open.name })
        if (!force && used.length > 0)
          throw new DomainError('STILL_IN_USE', { devices: 0, packages: 1, campaigns: used.length })
        db.delete(packages).where(eq(packages.id, id)).run()
      })
      events.emit('removed', 'package', id)
      await options.claims.removeUnused()
    },

    /** Changes the verification state if the transition table allows it; call within `store.write`. @returns whether it changed. */
    setVerification,

    /** Allows upgrades without a verification; the stated reason is kept. @throws ILLEGAL_MOVE when the package is already verified. */
    async skipVerification(id: number, reason?: string): Promise<Package> {
      await store.write(() => {
        const { verification } = row(id)
        if (verification !== 'skipped' && !setVerification(id, 'skipped'))
          throw new DomainError('ILLEGAL_MOVE', { of: 'package', from: verification, to: 'skipped' })
        db.update(packages)
          .set({ skipped: true, ...(reason && { skipReason: reason }) })
          .where(eq(packages.id, id))
          .run()
      })
      events.emit('package', id)
      return view(row(id), filesOf([id]))
    },
  }
}
