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

/** After this time a restore that nobody confirms is dropped. */
const HELD_MS = 30 * 60_000
/** How long a link to an archive is valid. A link works once. */
const LINK_MS = 60_000

/** The user who made the request. */
interface Asker {
  readonly operator: string | null
  readonly by: PendingRestore['by']
}

export type Archives = ReturnType<typeof createArchives>

/** Full backups for download, and restores of them. Only one runs at a time. */
export const createArchives = (
  { clock, logger, store, random }: Pick<PlatformContext, 'clock' | 'logger' | 'store' | 'random'>,
  deps: {
    readonly directory: string
    readonly program: string
    readonly blobs: Pick<BlobStore, 'hold'>
    readonly health: Pick<DatabaseHealth, 'note'>
    /** The number of slots that are being flashed now. */
    readonly flashing: () => number
    /** Restarts the station, which then performs the restore. */
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

  /** Prepares a restore and keeps it until somebody decides on it. */
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

    /** A single-use link by which a browser downloads an archive within a minute. */
    link(): string {
      for (const [old, until] of links) if (until <= clock.now()) links.delete(old)
      const made = random.token(24)
      links.set(made, clock.now() + LINK_MS)
      return made
    },

    /** Whether a link is valid; the check uses it up. */
    redeem(given: string): boolean {
      const until = links.get(given)
      links.delete(given)
      return until !== undefined && until > clock.now()
    },

    /**
     * An archive of the current database, certificates and package files. The caller must send its pieces or close it.
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

    /** Prepares a restore from an uploaded archive. @param size its bytes, when known. @throws BACKUP_BUSY, BACKUP_BAD, DISK_FULL. */
    receive: (name: string, source: AsyncIterable<Uint8Array>): Promise<HeldRestore> =>
      hold(name, (claimed) =>
        readyArchive(directory, source, (bytes, total) => {
          claimed.bytes = bytes
          claimed.total = total
        }),
      ),

    /** Prepares a restore from a file on this computer (absolute path): an archive, or a copy of the database. @throws FILE_MISSING too. */
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

    /** Prepares a restore from one of the station's own backups. @throws NOT_FOUND, BACKUP_BUSY, BACKUP_BAD, DISK_FULL. */
    async receiveOwn(name: string): Promise<HeldRestore> {
      const { path, at } = await own(name)
      return hold(name, () => readyDatabase(directory, path, at))
    },

    /**
     * Confirms a prepared restore: the station restarts and performs it.
     * @throws NOT_FOUND when another restore or none is prepared; RESTORE_FLASHING; BACKUP_BUSY.
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

    /** Discards a prepared restore. */
    discard: dropHeld,

    /** Removes what a killed station left behind. */
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
      // The client may send its next request as soon as it has the last piece.
      if (claimed.bytes >= (claimed.total ?? Infinity)) done()
      yield piece
    }
  } finally {
    done()
  }
}
