import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import type { BackupStatus, HeldRestore } from '#shared/schema.ts'
import type { BlobStore } from '../content/blob-store.ts'
import { isoTime } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { type BackupFile, listBackups } from './backup-files.ts'
import type { DatabaseHealth } from './database-health.ts'
import { holdingsOf } from './database-job.ts'
import { DatabaseDamagedError, NoRoomForBackupError } from './make-backup.ts'
import { asideName, dropPending, type PendingRestore, writePending } from './pending-restore.ts'
import { type ReadyRestore, readyArchive, readyDatabase } from './ready-restore.ts'
import { type ArchiveOut, createArchive, dropArchiveCopies } from './send-archive.ts'

/** A restore that nobody decides on is dropped. */
const HELD_MS = 30 * 60_000
/** So long a link to an archive can be used, once. */
const LINK_MS = 60_000

/** Who asks. */
export interface Asker {
  readonly operator: string | null
  readonly by: PendingRestore['by']
}

export type Archives = ReturnType<typeof createArchives>

/** Whole backups to take away, and restores of them. One at a time. */
export const createArchives = (
  { clock, logger, store, random }: Pick<PlatformContext, 'clock' | 'logger' | 'store' | 'random'>,
  deps: {
    readonly directory: string
    readonly program: string
    readonly blobs: Pick<BlobStore, 'hold'>
    readonly health: Pick<DatabaseHealth, 'note'>
    /** How many slots are being flashed now. */
    readonly flashing: () => number
    /** Starts the station again, which carries out the restore. */
    readonly restart: () => void
  },
) => {
  const { directory } = deps
  const stopping = new AbortController()
  let busy: { kind: 'backup' | 'restore'; bytes: number; total: number | null } | undefined
  let held: { id: string; source: string; at: number; restore: ReadyRestore } | undefined
  let decided = false
  let cancelDrop = (): void => {}
  const links = new Map<string, number>()

  const claim = (kind: 'backup' | 'restore'): NonNullable<typeof busy> => {
    if (busy || decided) throw new DomainError('BACKUP_BUSY')
    busy = { kind, bytes: 0, total: null }
    return busy
  }

  const dropHeld = async (): Promise<void> => {
    if (!held || decided) return
    cancelDrop()
    held = undefined
    await dropPending(directory)
  }

  const heldView = (): HeldRestore | null => {
    if (!held) return null
    const { id, source, restore } = held
    const { contents: _, ...now } = holdingsOf(store.sql)
    return {
      id,
      source,
      createdAt: restore.madeAt === null ? null : isoTime(restore.madeAt),
      whole: restore.parts.includes('blobs'),
      holds: restore.holds,
      now,
      missingFiles: restore.missingFiles,
    }
  }

  /** Gets something ready and keeps it until somebody decides. */
  const hold = async (
    source: string,
    get: (at: NonNullable<typeof busy>) => Promise<ReadyRestore>,
  ): Promise<HeldRestore> => {
    const claimed = claim('restore')
    try {
      await dropHeld()
      const restore = await get(claimed)
      held = { id: randomUUID(), source, at: clock.now(), restore }
      cancelDrop = clock.after(HELD_MS, () => void dropHeld())
      return heldView() as HeldRestore
    } finally {
      busy = undefined
    }
  }

  const own = async (name: string): Promise<BackupFile> => {
    const found = (await listBackups(directory, clock.now())).find((backup) => backup.name === name)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'backup', id: name })
    return found
  }

  return {
    status: (): BackupStatus => ({ running: busy ? { ...busy } : null, held: heldView(), restarting: decided }),

    /** A link by which a browser fetches an archive once, within a minute. */
    link(): string {
      for (const [old, until] of links) if (until <= clock.now()) links.delete(old)
      const made = random.token(24)
      links.set(made, clock.now() + LINK_MS)
      return made
    },

    /** Whether a link is good; it is used up by that. */
    redeem(given: string): boolean {
      const until = links.get(given)
      links.delete(given)
      return until !== undefined && until > clock.now()
    },

    /**
     * An archive of database, certificates and package files, as they are now. The caller sends its pieces, or closes it.
     * @throws BACKUP_BUSY, DISK_FULL, DATABASE_DAMAGED.
     */
    async create(): Promise<ArchiveOut> {
      const claimed = claim('backup')
      const done = (): void => {
        if (busy === claimed) busy = undefined
      }
      try {
        const made = await createArchive({
          directory,
          now: clock.now(),
          program: deps.program,
          hold: deps.blobs.hold,
          signal: stopping.signal,
        })
        claimed.total = made.size
        return {
          ...made,
          pieces: counted(made.pieces, claimed, done),
          async close() {
            done()
            await made.close()
          },
        }
      } catch (error) {
        done()
        deps.health.note(error)
        if (error instanceof NoRoomForBackupError) throw new DomainError('DISK_FULL', {}, { cause: error })
        if (error instanceof DatabaseDamagedError)
          throw new DomainError('DATABASE_DAMAGED', { detail: error.problems[0] ?? '' }, { cause: error })
        throw error
      }
    },

    /** Gets an archive that is sent ready. @param size its bytes, where they are known. @throws BACKUP_BUSY, BACKUP_BAD, DISK_FULL. */
    receive: (name: string, source: AsyncIterable<Uint8Array>): Promise<HeldRestore> =>
      hold(name, (claimed) =>
        readyArchive(directory, source, (bytes, total) => {
          claimed.bytes = bytes
          claimed.total = total
        }),
      ),

    /** The same for a file of this machine (absolute path): an archive, or a copy of the database. @throws FILE_MISSING too. */
    async receiveFile(path: string): Promise<HeldRestore> {
      const file = await stat(path).catch(() => undefined)
      if (!file?.isFile()) throw new DomainError('FILE_MISSING', { file: basename(path) })
      return hold(basename(path), (claimed) =>
        readyArchive(directory, createReadStream(path), (bytes, total) => {
          claimed.bytes = bytes
          claimed.total = total
        }),
      )
    },

    /** Gets one of the station's own backups ready. @throws NOT_FOUND, BACKUP_BUSY, BACKUP_BAD, DISK_FULL. */
    async receiveOwn(name: string): Promise<HeldRestore> {
      const { path, at } = await own(name)
      return hold(name, () => readyDatabase(directory, path, at))
    },

    /**
     * Decides on a restore that is ready: the station starts again and carries it out.
     * @throws NOT_FOUND: another one is ready, or none; RESTORE_FLASHING; BACKUP_BUSY.
     */
    async confirm(id: string, asker: Asker): Promise<HeldRestore> {
      const view = heldView()
      if (!held || !view || held.id !== id) throw new DomainError('NOT_FOUND', { what: 'restore', id })
      if (busy || decided) throw new DomainError('BACKUP_BUSY')
      const slots = deps.flashing()
      if (slots > 0) throw new DomainError('RESTORE_FLASHING', { slots })
      const now = clock.now()
      const { source, restore } = held
      decided = true
      try {
        await writePending(directory, {
          id,
          source,
          madeAt: restore.madeAt,
          operator: asker.operator,
          by: asker.by,
          askedAt: now,
          parts: restore.parts,
          aside: asideName(now, id),
        })
      } catch (error) {
        decided = false
        throw error
      }
      cancelDrop()
      logger.warn({ from: source }, 'a restore was decided on; the station starts again')
      deps.restart()
      return view
    },

    /** Forgets a restore that is ready. */
    discard: dropHeld,

    /** Clears away what a killed station left. */
    start: () => dropArchiveCopies(directory),

    async stop(): Promise<void> {
      stopping.abort(new Error('the station stops'))
      cancelDrop()
      await dropHeld()
    },
  }
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  claimed: { bytes: number; total: number | null },
  done: () => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of pieces) {
      claimed.bytes += piece.length
      // Whoever has the last piece may ask for the next thing at once.
      if (claimed.bytes >= (claimed.total ?? Infinity)) done()
      yield piece
    }
  } finally {
    done()
  }
}
