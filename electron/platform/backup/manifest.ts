import { z } from 'zod'

/*
 * A full backup is a tar archive (POSIX.1-2017, pax, "ustar Interchange Format") that any tar program opens. It holds
 * `manifest.json`, then the database, the certificates and the package files by their SHA-256, and last the list of files found
 * damaged while writing.
 */

export const MANIFEST = 'manifest.json'
/** The list of files that the station found damaged while it wrote the archive: the last entry, of fixed size, padded with blanks. */
export const DAMAGED = 'damaged.json'
export const DAMAGED_BYTES = 64 * 1024
/** The number of digests that fit. */
export const DAMAGED_MOST = 900

/** Maximum bytes of a manifest. */
export const MANIFEST_BYTES = 256 * 1024
/** Maximum number of package files; limits how much of an archive is read. */
const FILES_MOST = 1_000_000
/** Certificates and keys are small. */
const TLS_BYTES = 1024 * 1024
const TLS_FILES = 100

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const Manifest = z.object({
  format: z.literal('ota-bench-backup'),
  formatVersion: z.literal(1),
  /** The version of the program that wrote it. */
  program: z.string().max(64),
  /** `PRAGMA user_version` of the database. */
  dataVersion: z.number().int().min(1),
  createdAt: z.iso.datetime(),
  database: z.object({ size: Size, sha256: Sha256 }),
  tls: z
    .array(
      z.object({
        // A plain name in one folder: no path can lead out of it.
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
        size: Size.max(TLS_BYTES),
        sha256: Sha256,
      }),
    )
    .max(TLS_FILES),
  blobs: z.object({ files: z.number().int().min(0).max(FILES_MOST), bytes: Size }),
})
export type Manifest = z.infer<typeof Manifest>

export const Damaged = z.object({ blobs: z.array(Sha256).max(DAMAGED_MOST) })

/** Disk space that a restore needs, bytes. */
export const restoredBytes = ({ database, tls, blobs }: Manifest): number =>
  database.size + blobs.bytes + tls.reduce((sum, { size }) => sum + size, 0)
