import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Logger } from '../basics/logger.ts'
import { isOutOfFiles } from '../basics/out-of-files.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { BlobStore } from './blob-store.ts'

/** Bytes of one read; hashing them takes the serving thread less than a millisecond or two. */
const READ_BYTES = 1024 * 1024
const KEPT = 'damaged-contents'

/** A file as everything names it: by what should be in it. */
export interface Content {
  readonly sha256: string
  readonly size: number
}

/** A stored file is not what its name says, or not there: it must not be handed out. */
export class ContentDamagedError extends Error {
  override readonly name = 'ContentDamagedError'
  readonly sha256: string

  constructor(sha256: string) {
    super(`the stored file ${sha256} is damaged or missing`)
    this.sha256 = sha256
  }
}

const Kept = z.array(z.string().regex(/^[0-9a-f]{64}$/))

export type Contents = ReturnType<typeof createContentVerifier>

/**
 * Whether stored files are still what they were. A file is looked at when it is first loaded, and whenever a person asks; one that is
 * found damaged stays so, over restarts as well, until the same bytes are uploaded again.
 */
export const createContentVerifier = ({
  blobs,
  settings,
  logger,
}: {
  readonly blobs: Pick<BlobStore, 'path'>
  readonly settings: Pick<SettingsService, 'kept' | 'keep'>
  readonly logger: Logger
}) => {
  const stored = Kept.safeParse(settings.kept(KEPT))
  const damaged = new Set<string>(stored.success ? stored.data : [])
  /** As they were when they were found whole: another time of change means another look. */
  const whole = new Map<string, string>()
  const looking = new Map<string, Promise<boolean>>()
  let changed: (sha256: string, isDamaged: boolean) => void = () => {}

  const mark = (sha256: string, isDamaged: boolean): void => {
    if (isDamaged) whole.delete(sha256)
    if (damaged.has(sha256) === isDamaged) return
    if (isDamaged) {
      damaged.add(sha256)
      logger.error({ file: blobs.path(sha256) }, 'a stored file is damaged or missing and is not handed out any more')
    } else {
      damaged.delete(sha256)
      logger.info({ file: blobs.path(sha256) }, 'a stored file that was damaged is whole again')
    }
    // What cannot be kept now is found again at the next load.
    settings.keep(KEPT, damaged.size === 0 ? undefined : [...damaged]).catch(() => undefined)
    changed(sha256, isDamaged)
  }

  /** How a file is on the disk; undefined: it is not there, or of another size. */
  const stampOf = async ({ sha256, size }: Content): Promise<string | undefined> => {
    const found = await stat(blobs.path(sha256)).catch(() => undefined)
    return found?.isFile() && found.size === size ? `${found.ino} ${found.mtimeMs}` : undefined
  }

  const look = async (content: Content): Promise<boolean> => {
    const stamp = await stampOf(content)
    const found = stamp === undefined ? undefined : await digestOf(blobs.path(content.sha256)).catch(unlessBusy)
    const isWhole = found === content.sha256
    mark(content.sha256, !isWhole)
    if (isWhole && stamp !== undefined) whole.set(content.sha256, stamp)
    return isWhole
  }

  /** Reads a file and compares; several who ask meanwhile share one look. @returns whether it is whole. */
  const verify = (content: Content): Promise<boolean> => {
    const underWay = looking.get(content.sha256)
    if (underWay) return underWay
    const promise = look(content).finally(() => looking.delete(content.sha256))
    looking.set(content.sha256, promise)
    return promise
  }

  /** Lets a file be read that was found whole before, or is now. @throws ContentDamagedError. */
  const admit = async (content: Content): Promise<void> => {
    const stamp = await stampOf(content)
    if (stamp !== undefined && whole.get(content.sha256) === stamp) return
    if (!(await verify(content))) throw new ContentDamagedError(content.sha256)
  }

  return {
    isDamaged: (sha256: string): boolean => damaged.has(sha256),
    /** Digests of all that is damaged. */
    damaged: (): string[] => [...damaged],
    verify,
    admit,

    /** The same for a person, in words. @throws CONTENT_DAMAGED. */
    async require(name: string, content: Content): Promise<void> {
      await admit(content).catch((cause: unknown) => {
        throw cause instanceof ContentDamagedError ? new DomainError('CONTENT_DAMAGED', { name }, { cause }) : cause
      })
    },

    /** What a reader found while it read a file as a whole. */
    mark,

    /** Its bytes have come whole. */
    arrived(sha256: string): void {
      mark(sha256, false)
    },

    /** Calls back whenever a file turns out damaged, or whole again. */
    onChange(listener: (sha256: string, isDamaged: boolean) => void): void {
      changed = listener
    },
  }
}

/** A file that could not be opened because too many are open says nothing of what is in it. @throws the system's error then. */
const unlessBusy = (error: unknown): undefined => {
  if (isOutOfFiles(error)) throw error
}

const digestOf = async (path: string): Promise<string> => {
  const digest = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: READ_BYTES })) digest.update(piece as Buffer)
  return digest.digest('hex')
}
