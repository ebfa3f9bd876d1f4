import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { RecipeImage, RecipeImageInput } from '#shared/schema.ts'
import type { ContentClaim } from '../../platform/content/content-claims.ts'
import type { BenchDeps } from './bench-context.ts'

type ImageInput = z.output<typeof RecipeImageInput>

/** Path of an image's bytes; undefined when they were deleted with their package. */
export const imagePath = ({ packages, blobs }: BenchDeps, image: RecipeImage): string | undefined => {
  if (image.packageId === null) return blobs.path(image.sha256)
  try {
    return packages.files(packages.row(image.packageId).id).some(({ sha256 }) => sha256 === image.sha256)
      ? blobs.path(image.sha256)
      : undefined
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** Names of a recipe's images whose bytes are missing. */
export const missingImages = (deps: BenchDeps, images: readonly RecipeImage[]): string[] =>
  images.filter((image) => imagePath(deps, image) === undefined).map(({ name }) => name)

/** An image of a package of the library. @throws NOT_FOUND; INVALID_FIELD: the package has several files and none is named. */
export const packageImage = ({ packages }: BenchDeps, packageId: number, input: ImageInput): RecipeImage => {
  packages.row(packageId)
  const files = packages.files(packageId)
  const [only, ...more] = input.fileName == null ? files : files.filter(({ name }) => name === input.fileName)
  if (!only) throw new DomainError('NOT_FOUND', { what: 'file', id: input.fileName ?? '' })
  if (more.length > 0)
    throw new DomainError('INVALID_FIELD', {
      field: 'images.fileName',
      rule: files.map(({ name }) => name).join(', '),
    })
  return { packageId, name: only.name, size: only.size, sha256: only.sha256, address: input.address }
}

/**
 * The images of a recipe from those requested: packages by id, uploads by id (moved into the blob store; discard them
 * once the recipe is stored), own files by their SHA-256.
 * @param own images the recipe has already.
 */
export const resolveImages = async (
  deps: BenchDeps,
  claim: ContentClaim,
  inputs: readonly ImageInput[],
  own: readonly RecipeImage[],
): Promise<{ images: RecipeImage[]; uploads: string[] }> => {
  const kept = (file: string): RecipeImage | undefined =>
    own.find((image) => image.packageId === null && image.sha256 === file)
  const uploads = inputs.flatMap(({ file }) => (file == null || kept(file) ? [] : [file]))
  const wanted = [...new Set(uploads)]
  const taken = await deps.uploads.take(claim, wanted, Number.MAX_SAFE_INTEGER, 'recipe')
  const images = inputs.map((input): RecipeImage => {
    if (input.packageId != null) return packageImage(deps, input.packageId, input)
    const there = kept(input.file ?? '')
    const upload = there ?? taken.find(({ id }) => id === input.file)
    if (!upload) throw new DomainError('UPLOAD_GONE')
    const { name, size, sha256 } = upload
    return { packageId: null, name, size, sha256, address: input.address }
  })
  return { images, uploads: wanted }
}
