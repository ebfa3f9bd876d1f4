import { Readable } from 'node:stream'
import { DomainError } from '#shared/errors.ts'
import type { DiffStatus } from '#shared/states/diff.ts'
import type { PlatformContext } from '../context.ts'
import type { DiffEngine, ImageDigest, MadeFormat, MadePatch } from '../diff/engine.ts'
import type { BlobStore } from '../packages/blobs.ts'
import type { PackageFileRow, PackageService } from '../packages/packages.ts'
import type { DiffRow, DiffStore, NewDiff } from './diff-store.ts'
import { patchName } from './patch-name.ts'

/** Milliseconds between two words about how far a patch is. */
const PROGRESS_MS = 250

export type Workshop = ReturnType<typeof createWorkshop>

/** A patch that is being worked on. */
interface Work {
  readonly diff: DiffRow
  readonly abort: AbortController
}

/**
 * Works through the patches that are queued, the longest waiting first, one at a time: makes those of ours, checks those made elsewhere.
 * What it was at when the station stopped is begun again; nothing of a patch is named before all of it is on disk.
 */
export const createWorkshop = (
  { store, events, clock, logger }: PlatformContext,
  rooms: {
    readonly engine: DiffEngine
    readonly diffs: DiffStore
    readonly blobs: BlobStore
    readonly packages: Pick<PackageService, 'files' | 'dropUnusedContent'>
    /** How far each patch is, in percent. */
    readonly progress: Map<number, number>
    /** Content that a row is about to name. */
    readonly claimed: Set<string>
    /** A patch is there, or will not come. */
    readonly settled: (packageId: number, fromVersion: string) => void
  },
) => {
  let work: Work | undefined
  let round: Promise<void> = Promise.resolve()
  let stopped = false

  const progressOf = (id: number) => {
    let saidAt = Number.NEGATIVE_INFINITY
    return (share: number): void => {
      const percent = Math.floor(share * 100)
      if (percent === rooms.progress.get(id)) return
      rooms.progress.set(id, percent)
      if (clock.now() - saidAt < PROGRESS_MS) return
      saidAt = clock.now()
      events.emit('diff', id)
    }
  }

  const fileOf = ({ packageId }: DiffRow): PackageFileRow => {
    const [file] = rooms.packages.files(packageId)
    if (!file) throw new DomainError('NOT_FOUND', { what: 'package', id: packageId })
    return file
  }

  /** Writes a patch to disk under its content's name. */
  const keep = async (diff: DiffRow, file: PackageFileRow, made: MadePatch): Promise<Partial<NewDiff>> => {
    const fileName = patchName(file.name, diff.fromVersion, diff.format)
    const staged = await rooms.blobs.stage(Readable.from([made.patch]), { name: fileName, maxBytes: made.size })
    rooms.claimed.add(staged.sha256)
    try {
      await rooms.blobs.commit(staged.id)
    } finally {
      await rooms.blobs.discard(staged.id)
    }
    const { kind, compressedSize, container } = made.advice
    return {
      fileName,
      size: staged.size,
      md5: staged.md5,
      sha256: staged.sha256,
      seconds: made.seconds,
      advice: { kind, compressedSize, container },
    }
  }

  const make = async (diff: DiffRow, base: string, signal: AbortSignal): Promise<Partial<NewDiff>> => {
    const file = fileOf(diff)
    const made = await rooms.engine.make({
      before: rooms.blobs.path(base),
      after: rooms.blobs.path(file.sha256),
      format: diff.format as MadeFormat,
      signal,
      onProgress: progressOf(diff.id),
    })
    refuseOther(made.after, file)
    return keep(diff, file, made)
  }

  /** Restores a patch made elsewhere. */
  const check = async (diff: DiffRow, base: string, signal: AbortSignal): Promise<Partial<NewDiff>> => {
    const file = fileOf(diff)
    const began = clock.now()
    const restored = await rooms.engine.restore({
      before: rooms.blobs.path(base),
      patch: rooms.blobs.path(diff.sha256 ?? ''),
      format: diff.format as MadeFormat,
      limit: file.size,
      signal,
    })
    refuseOther(restored, file)
    return { seconds: (clock.now() - began) / 1000 }
  }

  const refuseOther = ({ sha256 }: ImageDigest, file: PackageFileRow): void => {
    if (sha256 !== file.sha256) throw new DomainError('DIFF_WRONG_RESULT', { file: file.name })
  }

  /** @returns how the patch ended: what to note of it, or undefined where the station stops and it waits for the next start. */
  const carryOut = async ({ diff, abort: { signal } }: Work): Promise<Partial<NewDiff> | undefined> => {
    try {
      if (diff.baseSha256 === null) throw new DomainError('DIFF_NO_BASE', { version: diff.fromVersion })
      const done =
        diff.source === 'generated'
          ? await make(diff, diff.baseSha256, signal)
          : await check(diff, diff.baseSha256, signal)
      return { ...done, status: 'ready', checked: true, error: null, errorData: null }
    } catch (error) {
      if (stopped) return undefined
      return { status: 'failed', ...faultOf(signal.aborted ? new DomainError('DIFF_CANCELLED') : error) }
    }
  }

  const faultOf = (error: unknown): Pick<NewDiff, 'error' | 'errorData'> => {
    if (error instanceof DomainError) return { error: error.code, errorData: { ...error.data } as NewDiff['errorData'] }
    if (isDiskFull(error)) return { error: 'DISK_FULL', errorData: null }
    logger.error({ err: error }, 'a patch could not be made')
    return { error: 'INTERNAL', errorData: null }
  }

  const finish = async ({ diff }: Work, end: Partial<NewDiff>): Promise<void> => {
    const { status = 'failed', ...change } = end
    try {
      await note(diff, status, change)
    } finally {
      if (change.sha256) rooms.claimed.delete(change.sha256)
    }
    rooms.progress.delete(diff.id)
    events.emit('diff', diff.id)
    rooms.settled(diff.packageId, diff.fromVersion)
  }

  const note = (diff: DiffRow, status: DiffStatus, change: Partial<NewDiff>): Promise<void> =>
    store.write(() => {
      // One that was cancelled, and maybe asked for again, is not ours any more.
      if (rooms.diffs.find(diff.id)?.status === 'running')
        rooms.diffs.move(diff.id, status, { ...change, finishedAt: clock.now() })
    })

  /** The next one in turn, already marked. */
  const take = (): Promise<Work | undefined> =>
    store.write(() => {
      const next = rooms.diffs.nextQueued()
      if (!next || stopped) return undefined
      rooms.diffs.move(next.id, 'running')
      return { diff: next, abort: new AbortController() }
    })

  const workOff = async (): Promise<void> => {
    for (;;) {
      const next = await take()
      if (!next || stopped) return
      work = next
      events.emit('diff', next.diff.id)
      const end = await carryOut(next)
      work = undefined
      if (end === undefined || stopped) return
      // What cannot be noted, as on a full disk, has failed; noting that takes less.
      await finish(next, end).catch((error: unknown) => finish(next, { status: 'failed', ...faultOf(error) }))
      // A package or a patch that was deleted meanwhile has left content that nobody names.
      if (!rooms.diffs.find(next.diff.id)) await rooms.packages.dropUnusedContent()
    }
  }

  /** Looks whether anything waits; what is queued while it works is found by itself. */
  const look = (): void => {
    round = round
      .then(() => (stopped ? undefined : workOff()))
      .catch((error: unknown) => {
        work = undefined
        if (!stopped)
          logger.error({ err: error }, 'the making of patches was interrupted; it goes on with the next one')
      })
  }

  return {
    look,

    /** Ends the work on a patch; it then fails as cancelled. @returns whether it was being worked on. */
    cancel(id: number): boolean {
      if (work?.diff.id !== id) return false
      work.abort.abort(new DomainError('DIFF_CANCELLED'))
      return true
    },

    /** The package is gone. */
    cancelPackage(packageId: number): void {
      if (work?.diff.packageId === packageId) work.abort.abort(new DomainError('DIFF_CANCELLED'))
    },

    /** Resolves when nothing is being worked on. */
    idle: (): Promise<void> => round,

    /** What is being made is left as it is, to be begun again. */
    async stop(): Promise<void> {
      stopped = true
      await rooms.engine.close()
      await round
    },
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'SQLITE_FULL')
