import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { stampOf, syncDirectory } from './backup-files.ts'

/** What is being restored lies here, below the data directory, until it is in its place. */
export const RESTORE = 'restore'
/** Beside `pending.json`: the files that go into their places. */
export const READY = 'ready'
/** What was replaced, below the data directory, a folder a time. */
export const SET_ASIDE = 'set-aside'

const PENDING = 'pending.json'

/** The parts of a data directory that a restore may replace. */
export const restoreParts = ['database', 'blobs', 'tls'] as const

/**
 * A restore that was decided on: everything in `restore/ready/` is whole and on disk. Whoever holds the data directory next
 * carries it out, and begins again where it was cut off.
 */
export const PendingRestore = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  /** Where it comes from, for the log of actions: a file's name. */
  source: z.string().max(1000),
  /** When the copy was made, Unix milliseconds; null where nobody knows. */
  madeAt: z.number().nullable(),
  /** Who asked for it; null: nobody gave a name. */
  operator: z.string().nullable(),
  by: z.enum(['screen', 'api', 'station']),
  /** When it was asked for, Unix milliseconds. */
  askedAt: z.number(),
  parts: z.array(z.enum(restoreParts)).min(1),
  /** Name of the folder below `set-aside/` that takes what is replaced. */
  aside: z.string().regex(/^[\w-]{1,64}$/),
  /** The highest number of each table that was given before; not yet looked for where it is missing. */
  highest: z
    .object({
      /** Whether the replaced database could be read: else numbers above are left free. */
      known: z.boolean(),
      numbers: z.record(z.string(), z.number().int().nonnegative()),
    })
    .optional(),
})
export type PendingRestore = z.infer<typeof PendingRestore>

/** Name of the folder that takes what a restore of that time (Unix milliseconds) and id replaces. */
export const asideName = (at: number, id: string): string => `${stampOf(at)}-restore-${id.slice(0, 8)}`

/** The restore that a data directory waits for; undefined where there is none. @throws where the file cannot be read. */
export const readPending = async (directory: string): Promise<PendingRestore | undefined> => {
  const text = await readFile(join(directory, RESTORE, PENDING), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return PendingRestore.parse(JSON.parse(text))
  } catch (cause) {
    // It is written in one step: what does not parse was damaged since, and a person decides whether it still counts.
    const file = join(directory, RESTORE, PENDING)
    throw new StartFailure('DATA_UNREADABLE', { file, detail: phrase('phrases.noRestore') }, { cause })
  }
}

/** Decides on a restore, or writes down how far it is, in one step that a power cut cannot halve. */
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

/** The restore is done, or was never decided on: forgets it first, then clears the room. */
export const dropPending = async (directory: string): Promise<void> => {
  const folder = join(directory, RESTORE)
  await rm(join(folder, PENDING), { force: true })
  await rm(folder, { recursive: true, force: true })
}
