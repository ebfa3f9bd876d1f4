import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import type { DeltaInput } from '#shared/schema.ts'
import type { ContentClaims } from '../content/content-claims.ts'
import { type MadeFormat, refuseTooLarge } from '../delta-engine/delta-engine.ts'
import type { PackageRow, PackageService } from '../packages/package-service.ts'
import type { UploadService } from '../packages/upload-service.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'
import type { Base, Bases } from './base-images.ts'

export type DeltaRequests = ReturnType<typeof createDeltaRequests>

/** Resolves a request for deltas to images on this station. */
export const createDeltaRequests = (
  store: Pick<Store, 'write'>,
  deps: {
    readonly packages: PackageService
    readonly uploads: UploadService
    readonly claims: Pick<ContentClaims, 'open'>
    readonly settings: SettingsService
    readonly bases: Bases
  },
) => {
  const { bases } = deps

  /** A package that can be the target of deltas. @throws NOT_FOUND, DIFF_SEVERAL_FILES. */
  const goal = (id: number): PackageRow => {
    const pack = deps.packages.row(id)
    if (bases.ofPackage(pack) === 'several-files') throw new DomainError('DIFF_SEVERAL_FILES', { package: pack.name })
    return pack
  }

  /** @throws DIFF_SEVERAL_FILES, DIFF_NO_BASE. */
  const baseOf = (pack: PackageRow, version: string): Base => {
    const base = bases.of(pack, version)
    if (base === 'several-files') throw new DomainError('DIFF_SEVERAL_FILES', { package: version })
    if (!base) throw new DomainError('DIFF_NO_BASE', { version })
    return base
  }

  const baseOfPackage = (pack: PackageRow, id: number): Base => {
    const other = deps.packages.row(id)
    if (other.productId !== pack.productId || other.module !== pack.module)
      throw new DomainError('DIFF_OTHER_MODULE', { package: other.name })
    const base = bases.ofPackage(other)
    if (base === 'several-files') throw new DomainError('DIFF_SEVERAL_FILES', { package: other.name })
    return base
  }

  /** @throws DIFF_SAME: a version has no delta to itself. */
  const refuseSame = (pack: PackageRow, version: string): void => {
    if (version === pack.version) throw new DomainError('DIFF_SAME', { version })
  }

  /**
   * The image uploaded with the call, stored as the image of its version. If the version has a package here, devices run that
   * package's file, and deltas from another image would fail on them.
   */
  const keepBase = async (pack: PackageRow, version: string, upload: string, format: MadeFormat): Promise<Base> => {
    refuseTooLarge(format, [deps.uploads.waiting(upload).size, fullSize(pack)])
    using claim = deps.claims.open()
    const [file] = await deps.uploads.take(claim, [upload], deps.settings.get().maxPackageBytes, 'base')
    if (!file) throw new DomainError('UPLOAD_GONE')
    const known = bases.of(pack, version)
    const isOurs = typeof known === 'object' && known.kind === 'package'
    if (isOurs && known.sha256 !== file.sha256) throw new DomainError('DIFF_OTHER_IMAGE', { version, file: known.name })
    const base = isOurs ? known : await store.write(() => bases.put(pack, version, file))
    await deps.uploads.discard(upload)
    return base
  }

  const fullSize = ({ id }: PackageRow): number => deps.packages.files(id).reduce((sum, { size }) => sum + size, 0)

  const found = async (
    pack: PackageRow,
    input: z.output<typeof DeltaInput>,
    format: MadeFormat,
  ): Promise<readonly Base[]> => {
    const { fromVersion, fromVersions, basePackageId, baseUpload } = input
    if (baseUpload !== undefined) {
      if (fromVersion === undefined || fromVersions || basePackageId !== undefined)
        throw new DomainError('INVALID_FIELD', {
          field: 'fromVersion',
          rule: phrase('phrases.versionOfUpload'),
        })
      refuseSame(pack, fromVersion)
      return [await keepBase(pack, fromVersion, baseUpload, format)]
    }
    if (basePackageId !== undefined) {
      const base = baseOfPackage(pack, basePackageId)
      if (fromVersions || (fromVersion !== undefined && fromVersion !== base.version))
        throw new DomainError('INVALID_FIELD', {
          field: 'fromVersion',
          rule: phrase('phrases.versionOfPackage', { version: base.version }),
        })
      refuseSame(pack, base.version)
      return [base]
    }
    const versions = [...new Set([...(fromVersion === undefined ? [] : [fromVersion]), ...(fromVersions ?? [])])]
    if (versions.length === 0)
      throw new DomainError('INVALID_FIELD', {
        field: 'fromVersion',
        rule: phrase('phrases.baseVersionNamed'),
      })
    for (const version of versions) refuseSame(pack, version)
    return versions.map((version) => baseOf(pack, version))
  }

  return {
    goal,
    fullSize,
    refuseSame,
    /**
     * The images that a request means, all within the size limits of the format.
     * @throws NOT_FOUND, DIFF_SEVERAL_FILES, DIFF_NO_BASE, DIFF_SAME, DIFF_OTHER_MODULE, DIFF_OTHER_IMAGE, DIFF_TOO_LARGE,
     * INVALID_FIELD, UPLOAD_GONE.
     */
    async of(pack: PackageRow, input: z.output<typeof DeltaInput>, format: MadeFormat): Promise<readonly Base[]> {
      const from = await found(pack, input, format)
      for (const { size } of from) refuseTooLarge(format, [size, fullSize(pack)])
      return from
    },
  }
}
