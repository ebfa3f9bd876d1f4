import { z } from 'zod'
import { deltaFormats } from '../delta-formats.ts'
import { deltaStatuses } from '../states/delta.ts'
import { Id, ReportedVersion, Timestamp } from './values.ts'

const DeltaFormatName = z.enum(deltaFormats)

/** The base of a delta: the file of a package, or an image uploaded for a version without a package. */
const DeltaBase = z.object({
  kind: z.enum(['package', 'upload']),
  /** The package, while it exists; null for an upload. */
  packageId: Id.nullable(),
  name: z.string(),
  size: z.number(),
  sha256: z.string(),
})

/** An image uploaded for a version that devices run, as a base for deltas. */
export const BaseImage = z.object({
  id: Id,
  productId: Id,
  module: z.string(),
  version: z.string(),
  name: z.string(),
  size: z.number(),
  sha256: z.string(),
  createdAt: Timestamp,
})
export type BaseImage = z.infer<typeof BaseImage>

/** Whether a delta saves enough, in bytes; `full`: send the full image, `compressed`: compare the uncompressed images instead. */
const DeltaAdvice = z.object({
  kind: z.enum(['ok', 'full', 'compressed']),
  /** The new image, compressed. */
  compressedSize: z.number(),
  /** The compression of the new image, such as `gzip` or `squashfs`; null: none recognised. */
  container: z.string().nullable(),
})

/** A delta package: from one version to a package, in one format. Sizes in bytes, digests of the delta. */
export const Delta = z.object({
  id: Id,
  packageId: Id,
  fromVersion: z.string(),
  toVersion: z.string(),
  format: DeltaFormatName,
  source: z.enum(['generated', 'uploaded']),
  status: z.enum(deltaStatuses),
  /** Percent, 0-100. */
  progress: z.number(),
  /** Null where unknown: a delta made elsewhere, from a version without an image here. */
  base: DeltaBase.nullable(),
  /** The value that devices receive; null until there is a file. */
  fileName: z.string().nullable(),
  size: z.number().nullable(),
  md5: z.string().nullable(),
  sha256: z.string().nullable(),
  /** The size of the full image. */
  fullSize: z.number(),
  /** `size / fullSize`; null until there is a file. */
  ratio: z.number().nullable(),
  seconds: z.number().nullable(),
  advice: DeltaAdvice.nullable(),
  /** It was restored here and produced the package's file. `false` for a ready delta: untested. */
  checked: z.boolean(),
  /** Its file is damaged or missing on this station and is not served. */
  damaged: z.boolean(),
  /** A code of `errors.ts` and the values for its text; null unless failed. */
  error: z.string().nullable(),
  errorData: z.record(z.string(), z.json()).nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type Delta = z.infer<typeof Delta>

/** The base of the deltas to make: one of the four members. Several versions make several deltas, in parallel. */
export const DeltaInput = z.strictObject({
  /** A version with a package here or with an image uploaded before; with `baseUpload`: the version of that image. */
  fromVersion: ReportedVersion.optional(),
  /** Several such versions in one call. */
  fromVersions: z.array(ReportedVersion).min(1).max(50).optional(),
  /** A package of the same product and module. */
  basePackageId: Id.optional(),
  /** The image itself: the id of an upload made with `purpose=base`. It is stored as the image of its version. */
  baseUpload: z.string().optional(),
  /** Left out: the default of the module's device class. `custom` cannot be made here. */
  format: z.enum(deltaFormats).exclude(['custom']).optional(),
})
export type DeltaInput = z.infer<typeof DeltaInput>

/** The first requested delta, and those made with it where there were several versions. */
export const DeltasMade = Delta.extend({ others: z.array(Delta) })

/** A delta made elsewhere. Left out, its format is recognised by its first bytes; an unknown format is `custom`. */
export const DeltaUploadInput = z.strictObject({
  /** The id of an upload made with `purpose=diff`; REST's multipart form carries the file itself instead. */
  upload: z.string(),
  fromVersion: ReportedVersion,
  format: DeltaFormatName.optional(),
})

/** A possible base version for a package: reported by devices, or with an image here. */
export const FieldVersion = z.object({
  version: z.string(),
  /** Devices that report it now, and the connected ones among them. */
  devices: z.number(),
  online: z.number(),
  /** Its image; null: unknown, needs an upload. */
  base: DeltaBase.nullable(),
  /** Why no delta can be made from it: no image, or a package of several files; null: a delta can be made. */
  obstacle: z.enum(['no-image', 'several-files']).nullable(),
  /** Deltas from it to this package, in any status. */
  diffIds: z.array(Id),
})
export type FieldVersion = z.infer<typeof FieldVersion>
