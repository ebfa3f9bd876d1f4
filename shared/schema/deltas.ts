import { z } from 'zod'
import { deltaFormats } from '../delta-formats.ts'
import { deltaStatuses } from '../states/delta.ts'
import { Id, ReportedVersion, Timestamp } from './values.ts'

export const DeltaFormatName = z.enum(deltaFormats)

/** What a delta applies to: the file of a package, or an image that was uploaded for a version without one. */
export const DeltaBase = z.object({
  kind: z.enum(['package', 'upload']),
  /** The package, while it is there; null for an upload. */
  packageId: Id.nullable(),
  name: z.string(),
  size: z.number(),
  sha256: z.string(),
})
export type DeltaBase = z.infer<typeof DeltaBase>

/** An image that was uploaded for a version that devices run, to make deltas from. */
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

/** Whether a delta pays, in bytes; `full`: send the full image, `compressed`: compare the uncompressed images instead. */
export const DeltaAdvice = z.object({
  kind: z.enum(['ok', 'full', 'compressed']),
  /** The new image, compressed. */
  compressedSize: z.number(),
  /** What the new image is packed as, such as `gzip` or `squashfs`; null: not packed as far as can be seen. */
  container: z.string().nullable(),
})

/** A differential package: from one version to a package, in one format. Sizes in bytes, digests of the delta. */
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
  /** Null where nobody knows it: one made elsewhere, from a version that has no image here. */
  base: DeltaBase.nullable(),
  /** As devices are told it; null until there is a file. */
  fileName: z.string().nullable(),
  size: z.number().nullable(),
  md5: z.string().nullable(),
  sha256: z.string().nullable(),
  /** The full image. */
  fullSize: z.number(),
  /** `size / fullSize`; null until there is a file. */
  ratio: z.number().nullable(),
  seconds: z.number().nullable(),
  advice: DeltaAdvice.nullable(),
  /** It was restored here and led to the package's file. `false` of one that is ready: nobody knows whether it does. */
  checked: z.boolean(),
  /** Its file is damaged or missing on this station and is not handed out. */
  damaged: z.boolean(),
  /** A code of `errors.ts` and what its text is filled with; null unless failed. */
  error: z.string().nullable(),
  errorData: z.record(z.string(), z.json()).nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type Delta = z.infer<typeof Delta>

/** From what deltas are to be made: one of the four. Several versions make several, side by side. */
export const DeltaInput = z.strictObject({
  /** A version of which a package is here or an image was uploaded before; with `baseUpload`: the version of that image. */
  fromVersion: ReportedVersion.optional(),
  /** Several such versions at once. */
  fromVersions: z.array(ReportedVersion).min(1).max(50).optional(),
  /** A package of the same product and module. */
  basePackageId: Id.optional(),
  /** The image itself: the id of an upload made with `purpose=base`. It is kept as the image of its version. */
  baseUpload: z.string().optional(),
  /** Left out: that of the module's device class. `custom` cannot be made here. */
  format: z.enum(deltaFormats).exclude(['custom']).optional(),
})
export type DeltaInput = z.infer<typeof DeltaInput>

/** The first delta asked for, and those made with it where there were several versions. */
export const DeltasMade = Delta.extend({ others: z.array(Delta) })

/** A delta made elsewhere. Left out, its format is recognised by its first bytes; what is none of ours is `custom`. */
export const DeltaUploadInput = z.strictObject({
  /** The id of an upload made with `purpose=diff`; REST's multipart form carries the file itself instead. */
  upload: z.string(),
  fromVersion: ReportedVersion,
  format: DeltaFormatName.optional(),
})

/** A version from which a package can be reached: reported by devices, or with an image here. */
export const FieldVersion = z.object({
  version: z.string(),
  /** Devices that report it now, and those of them that are connected. */
  devices: z.number(),
  online: z.number(),
  /** Its image; null: unknown, to be uploaded. */
  base: DeltaBase.nullable(),
  /** Why no delta can be made from it: no image, or a package of several files; null: it can. */
  obstacle: z.enum(['no-image', 'several-files']).nullable(),
  /** Deltas from it to this package, whatever their status. */
  diffIds: z.array(Id),
})
export type FieldVersion = z.infer<typeof FieldVersion>
