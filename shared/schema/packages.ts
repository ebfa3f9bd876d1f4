import { z } from 'zod'
import { PACKAGE_NAME_MAX, PACKAGE_NAME_PATTERN } from '../limits.ts'
import { rule } from '../phrase.ts'
import { verificationStates } from '../states/verification.ts'
import { Flag, FreeText, Id, ModuleName, Timestamp, Version } from './values.ts'

export const SignMethod = z.enum(['MD5', 'SHA256'])

export const PackageFile = z.object({ name: z.string(), size: z.number(), md5: z.string(), sha256: z.string() })
export const Package = z.object({
  id: Id,
  productId: Id,
  module: z.string(),
  name: z.string(),
  version: z.string(),
  type: z.enum(['full']),
  signMethod: SignMethod,
  /** The digest of the single file, by the method; empty for several files, each of which has its own. */
  sign: z.string(),
  verification: z.enum(verificationStates),
  /** Why its verification was skipped, as the user's text; null where none was given. */
  skipReason: z.string().nullable(),
  description: z.string().nullable(),
  customInfo: z.record(z.string(), z.json()).nullable(),
  files: z.array(PackageFile),
  size: z.number(),
  /** Names of damaged or missing files on this station: the package is not served until they are uploaded again. */
  damagedFiles: z.array(z.string()),
  createdAt: Timestamp,
})
export type Package = z.infer<typeof Package>

/**
 * The purpose of a file: a package's file must have one of its formats; deltas and images to compare may have any extension, files of a
 * flashing recipe some more, files of a build any.
 */
export const uploadPurposes = ['package', 'diff', 'base', 'recipe', 'build'] as const
export const UploadPurpose = z.enum(uploadPurposes)
export type UploadPurpose = z.infer<typeof UploadPurpose>

/** An uploaded file, hashed on arrival, that waits for its package; deleted after an unused hour. */
export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number(),
  md5: z.string(),
  sha256: z.string(),
})
export type Upload = z.infer<typeof Upload>

export const PackageInput = z.strictObject({
  productId: Id,
  module: ModuleName.default('default'),
  name: z
    .string()
    .min(1)
    .refine((name) => [...name].length <= PACKAGE_NAME_MAX, rule('packageNameLength'))
    .regex(PACKAGE_NAME_PATTERN, rule('packageName')),
  version: Version,
  signMethod: SignMethod.default('MD5'),
  /** Whether a verification must precede upgrades; `false` records it as skipped. */
  verify: Flag.default(false),
  description: FreeText.optional(),
  /** Sent to the device as `_package_udi`. */
  customInfo: z.record(z.string(), z.json()).optional(),
  /** Ids returned by `uploads`; REST's multipart form carries the files themselves instead. */
  uploads: z.array(z.string()).min(1).max(20),
})
