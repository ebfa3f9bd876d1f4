import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Logger } from '../basics/logger.ts'
import { isOutOfFiles } from '../basics/out-of-files.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { BlobStore } from './blob-store.ts'

/** Bytes of one read; hashing them takes the serving thread at most one or two milliseconds. */
const READ_BYTES = 1024 * 1024
const KEPT = 'damaged-contents'

/** A file and the digest that its content should have. */
export interface Content {
  readonly sha256: string
  readonly size: number
}

/** A stored file does not match its digest or is missing: it must not be served. */
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
 * Checks whether stored files are unchanged. A file is checked when it is first read, and on request of an operator. A damaged
 * file stays marked, also after a restart, until the same bytes are uploaded again.
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
  /** State of the files when they were found intact: a different modification time causes a new check. */
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
    // A mark that cannot be stored now is found again at the next read.
    settings.keep(KEPT, damaged.size === 0 ? undefined : [...damaged]).catch(() => undefined)
    changed(sha256, isDamaged)
  }

  /** The state of a file on disk; undefined when it is missing or has another size. */
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

  /** Reads a file and compares its digest; concurrent callers share one check. @returns whether it is intact. */
  const verify = (content: Content): Promise<boolean> => {
    const underWay = looking.get(content.sha256)
    if (underWay) return underWay
    const promise = look(content).finally(() => looking.delete(content.sha256))
    looking.set(content.sha256, promise)
    return promise
  }

  /** Allows reading of a file that was found intact before or is found intact now. @throws ContentDamagedError. */
  const admit = async (content: Content): Promise<void> => {
    const stamp = await stampOf(content)
    if (stamp !== undefined && whole.get(content.sha256) === stamp) return
    if (!(await verify(content))) throw new ContentDamagedError(content.sha256)
  }

  return {
    isDamaged: (sha256: string): boolean => damaged.has(sha256),
    /** Digests of all damaged content. */
    damaged: (): string[] => [...damaged],
    verify,
    admit,

    /** The same with an error text for users. @throws CONTENT_DAMAGED. */
    async require(name: string, content: Content): Promise<void> {
      await admit(content).catch((cause: unknown) => {
        throw cause instanceof ContentDamagedError ? new DomainError('CONTENT_DAMAGED', { name }, { cause }) : cause
      })
    },

    /** Result of a reader that read a complete file. */
    mark,

    /** All its bytes have arrived. */
    arrived(sha256: string): void {
      mark(sha256, false)
    },

    /** Calls back whenever a file is found damaged, or intact again. */
    onChange(listener: (sha256: string, isDamaged: boolean) => void): void {
      changed = listener
    },
  }
}

/** A file that could not be opened because too many files are open proves nothing about its content. @throws the system's error then. */
const unlessBusy = (error: unknown): undefined => {
  if (isOutOfFiles(error)) throw error
}

const digestOf = async (path: string): Promise<string> => {
  const digest = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: READ_BYTES })) digest.update(piece as Buffer)
  return digest.digest('hex')
}
