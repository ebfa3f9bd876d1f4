import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { stampOf, syncDirectory } from './backup-files.ts'

/** Folder of a restore in preparation, below the data directory, until its files are in place. */
export const RESTORE = 'restore'
/** Next to `pending.json`: the files that will replace the current ones. */
export const READY = 'ready'
/** Folder of replaced data, below the data directory: one subfolder per restore. */
export const SET_ASIDE = 'set-aside'

const PENDING = 'pending.json'

/** The parts of a data directory that a restore may replace. */
const restoreParts = ['database', 'blobs', 'tls'] as const

/**
 * A confirmed restore: everything in `restore/ready/` is complete and on disk. The next process that holds the data directory
 * performs it, and continues it after an interruption.
 */
export const PendingRestore = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  /** The name of the source file, for the audit log. */
  source: z.string().max(1000),
  /** When the copy was made, Unix milliseconds; null when unknown. */
  madeAt: z.number().nullable(),
  /** Who requested it; null when no name was given. */
  operator: z.string().nullable(),
  by: z.enum(['screen', 'api', 'station']),
  /** When it was requested, Unix milliseconds. */
  askedAt: z.number(),
  parts: z.array(z.enum(restoreParts)).min(1),
  /** Name of the folder below `set-aside/` that receives the replaced data. */
  aside: z.string().regex(/^[\w-]{1,64}$/),
  /** The highest ID that each table gave out before; missing until it was determined. */
  highest: z
    .object({
      /** Whether the replaced database could be read; if not, a gap is left in the IDs. */
      known: z.boolean(),
      numbers: z.record(z.string(), z.number().int().nonnegative()),
    })
    .optional(),
})
export type PendingRestore = z.infer<typeof PendingRestore>

/** Name of the folder for data that a restore of that time (Unix milliseconds) and id replaces. */
export const asideName = (at: number, id: string): string => `${stampOf(at)}-restore-${id.slice(0, 8)}`

/** The pending restore of a data directory; undefined when there is none. @throws when the file cannot be read. */
export const readPending = async (directory: string): Promise<PendingRestore | undefined> => {
  const text = await readFile(join(directory, RESTORE, PENDING), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return PendingRestore.parse(JSON.parse(text))
  } catch (cause) {
    // The file is written atomically, so content that does not parse was damaged later, and an operator must decide whether it still applies.
    const file = join(directory, RESTORE, PENDING)
    throw new StartFailure('DATA_UNREADABLE', { file, detail: phrase('phrases.noRestore') }, { cause })
  }
}

/** Confirms a restore, or records its progress, in one step that survives a power loss. */
export const writePending = async (directory: string, pending: PendingRestore): Promise<void> => {
  const folder = join(directory, RESTORE)
  const path = join(folder, PENDING)
  {
    await using file = await open(`${path}.new`, 'w', 0o600)
    await file.writeFile(JSON.stringify(pending))
    await file.sync()
  }
  await rename(`${path}.new`, path)
  await syncDirectory(folder)
}

/** The restore is complete or was never confirmed: removes the pending file first, then the folder. */
export const dropPending = async (directory: string): Promise<void> => {
  const folder = join(directory, RESTORE)
  await rm(join(folder, PENDING), { force: true })
  await rm(folder, { recursive: true, force: true })
}
