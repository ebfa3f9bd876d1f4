import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { DomainError } from '#shared/errors.ts'
import { packageFormats, recipeFormats } from '#shared/limits.ts'
import type { Upload, UploadPurpose } from '#shared/schema.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaim } from '../content/content-claims.ts'
import type { Staged } from '../content/staging.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { SettingsService } from '../settings/settings.ts'
import { checkFileName, checkImageName } from './upload-name.ts'

/** Milliseconds an upload waits for its package before it is discarded. */
const UNUSED_MS = 3_600_000

const MB = 1024 * 1024

export type UploadService = ReturnType<typeof createUploadService>

/** Uploads for packages and flashing recipes: received, hashed and checked at once, and kept when a package or recipe names them. */
export const createUploadService = ({
  blobs,
  settings,
  contents,
}: {
  readonly blobs: BlobStore
  readonly contents: Pick<Contents, 'isDamaged' | 'arrived'>
  readonly settings: SettingsService
}) => {
  /** Extensions that are allowed for a file that devices download; an externally made delta may have any. */
  const formatsOf = (purpose: Exclude<UploadPurpose, 'base' | 'build'>): readonly string[] => {
    if (purpose === 'diff') return ['']
    const { packageFormats: settable } = settings.get()
    return purpose === 'package' ? settable : [...settable, ...packageFormats, ...recipeFormats]
  }

  const checkName = (name: string, purpose: UploadPurpose): void =>
    purpose === 'base' || purpose === 'build' ? checkImageName(name) : checkFileName(name, formatsOf(purpose))

  const admit = async (name: string, purpose: UploadPurpose, stage: () => Promise<Staged>): Promise<Upload> => {
    checkName(name, purpose)
    await blobs.sweep(UNUSED_MS)
    const staged = await stage()
    const { id, size, md5, sha256 } = staged
    // The same bytes again, whatever the upload is for.
    if (contents.isDamaged(sha256)) await blobs.heal(staged).then(() => contents.arrived(sha256))
    return { id, name, size, md5, sha256 }
  }

  return {
    /** Streams a file to disk while hashing it. @throws FILE_NAME, FILE_FORMAT (of a package's), FILE_EMPTY, PAYLOAD_TOO_LARGE, DISK_FULL. */
    receive: (
      name: string,
      stream: Readable,
      signal?: AbortSignal,
      purpose: UploadPurpose = 'package',
    ): Promise<Upload> =>
      admit(name, purpose, () =>
        blobs.stage(stream, { name, maxBytes: settings.get().maxPackageBytes, ...(signal ? { signal } : {}) }),
      ),

    /** The same for a file on this computer (absolute path). */
    fromPath(path: string, purpose: UploadPurpose = 'package'): Promise<Upload> {
      const name = basename(path)
      return admit(name, purpose, () => blobs.stageFile(path, { name, maxBytes: settings.get().maxPackageBytes }))
    },

    /** Discards uploads: those that were never used, and those that a package or recipe now names. */
    async discard(...ids: readonly string[]): Promise<void> {
      for (const id of ids) await blobs.discard(id)
    },

    /** A waiting upload and its path. @throws UPLOAD_GONE. */
    waiting(id: string): Staged & { readonly path: string } {
      const upload = blobs.staged(id)
      if (!upload) throw new DomainError('UPLOAD_GONE')
      return { ...upload, path: blobs.stagedPath(id) }
    },

    /**
     * Moves uploads into the blob store, so that a package or recipe can name them while the claim lasts. They can be claimed
     * again until they are discarded, so that a user who corrects an error need not upload again.
     * @throws UPLOAD_GONE, FILE_FORMAT, PAYLOAD_TOO_LARGE when a file exceeds `maxBytes`, ALREADY_EXISTS for two files of one
     * name.
     */
    async take(
      claim: ContentClaim,
      ids: readonly string[],
      maxBytes: number,
      purpose: UploadPurpose = 'package',
    ): Promise<Staged[]> {
      const names = new Set<string>()
      const uploads = ids.map((id) => {
        const upload = blobs.staged(id)
        if (!upload) throw new DomainError('UPLOAD_GONE')
        // The file may have been uploaded for the other purpose.
        checkName(upload.name, purpose)
        if (upload.size > maxBytes)
          throw new DomainError('PAYLOAD_TOO_LARGE', { limit: `${Math.floor(maxBytes / MB)} MB` })
        // Devices fetch a package file by its name.
        if (names.has(upload.name)) throw new DomainError('ALREADY_EXISTS', { field: 'file', value: upload.name })
        names.add(upload.name)
        return upload
      })
      await claim.store(uploads)
      return uploads
    },
  }
}
