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
  /** Of the one file, by the method; empty for several files, each of which has its own. */
  sign: z.string(),
  verification: z.enum(verificationStates),
  /** Why its verification was skipped, in a person's words; null where nothing was said. */
  skipReason: z.string().nullable(),
  description: z.string().nullable(),
  customInfo: z.record(z.string(), z.json()).nullable(),
  files: z.array(PackageFile),
  size: z.number(),
  /** Names of files that are damaged or missing on this station: nothing of them is handed out until they are uploaded again. */
  damagedFiles: z.array(z.string()),
  createdAt: Timestamp,
})
export type Package = z.infer<typeof Package>

/** What a file is for: a package's is held to its formats; deltas and images to compare with may have any ending, files of a flashing recipe some more. */
export const uploadPurposes = ['package', 'diff', 'base', 'recipe'] as const
export const UploadPurpose = z.enum(uploadPurposes)
export type UploadPurpose = z.infer<typeof UploadPurpose>

/** A file that arrived, was hashed on the way and waits for its package; dropped after an hour unused. */
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
  /** Ids that `uploads` answered; REST's multipart form carries the files themselves instead. */
  uploads: z.array(z.string()).min(1).max(20),
})
