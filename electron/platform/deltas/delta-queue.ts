import { DomainError } from '#shared/errors.ts'
import type { DeltaStatus } from '#shared/states/delta.ts'
import { isDiskFull } from '../basics/disk-full.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaim, ContentClaims } from '../content/content-claims.ts'
import type { Contents } from '../content/verified-contents.ts'
import { type DeltaEngine, type MadeFormat, workBytes } from '../delta-engine/delta-engine.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { createDeltaBuilder } from './delta-builder.ts'
import type { DeltaRow, DeltaStore, NewDelta } from './delta-store.ts'
import { createLane } from './work-lane.ts'

/** Milliseconds until what could not be written down, as on a full disk, is tried again. */
const AGAIN_MS = 5000

/** Deltas worked on at once, at most: a large one, and a small one beside it. */
export const DELTAS_AT_ONCE = 2

/** Bytes of both images up to which a delta is small: some three seconds of work, and 200 MB of memory. */
const SMALL_BYTES = 8 << 20

export type DeltaQueue = ReturnType<typeof createDeltaQueue>

/** A delta that is being worked on. */
interface Work {
  readonly diff: DeltaRow
  readonly abort: AbortController
}

/**
 * Works through the deltas that are queued, the longest waiting first: makes those of ours, checks those made elsewhere. One at a time, but
 * while a large one is being worked on, small ones need not wait for it: a second lane takes them, as far as there is memory. What it was at when the station stopped is begun again; nothing of a delta is named before all of it is on disk.
 */
export const createDeltaQueue = (
  context: PlatformContext,
  deps: {
    readonly engine: DeltaEngine
    readonly diffs: DeltaStore
    readonly blobs: BlobStore
    readonly contents: Pick<Contents, 'require'>
    readonly packages: Pick<PackageService, 'files'>
    readonly claims: ContentClaims
    /** How far each delta is, in percent. */
    readonly progress: Map<number, number>
    /** A delta is there, or will not come. */
    readonly settled: (packageId: number, fromVersion: string) => void
  },
) => {
  const { store, events, clock, logger } = context
  const deltaBuilder = createDeltaBuilder(context, deps)
  let stopped = false
  const pauses = new Set<() => void>()

  /** @returns how the delta ended: what to note of it, or undefined where the station stops and it waits for the next start. */
  const carryOut = async (
    { diff, abort: { signal } }: Work,
    claim: ContentClaim,
  ): Promise<Partial<NewDelta> | undefined> => {
    try {
      return await deltaBuilder.carryOut({ diff, signal, claim })
    } catch (error) {
      if (stopped) return undefined
      if (signal.aborted) return { status: 'failed', ...faultOf(new DomainError('DIFF_CANCELLED')) }
      // The image was deleted since: its package, or the upload.
      const fault = isGone(error) ? new DomainError('DIFF_NO_BASE', { version: diff.fromVersion }) : error
      return { status: 'failed', ...faultOf(fault) }
    }
  }

  const faultOf = (error: unknown): Pick<NewDelta, 'error' | 'errorData'> => {
    if (error instanceof DomainError) {
      // A thread that ends is a fault of the program or of the machine: who looks for it reads the log.
      if (error.code === 'DIFF_FAILED') logger.error({ err: error, ...error.data }, 'a delta could not be generated')
      return { error: error.code, errorData: { ...error.data } as NewDelta['errorData'] }
    }
    if (isDiskFull(error)) return { error: 'DISK_FULL', errorData: null }
    logger.error({ err: error }, 'a patch could not be made')
    return { error: 'INTERNAL', errorData: null }
  }

  const finish = async ({ diff }: Work, end: Partial<NewDelta>): Promise<void> => {
    const { status = 'failed', ...change } = end
    await note(diff, status, change)
    deps.progress.delete(diff.id)
    events.emit('diff', diff.id)
    deps.settled(diff.packageId, diff.fromVersion)
  }

  /** Ends a moment later, or when the station stops. */
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        forget()
        pauses.delete(end)
        resolve()
      }
      const forget = clock.after(AGAIN_MS, end)
      pauses.add(end)
    })

  /**
   * Writes down how a delta ended. What cannot be written down has failed, and noting that takes less; where even that fails it is tried until
   * it is done: devices would wait for a delta that nobody makes.
   */
  const conclude = async (work: Work, end: Partial<NewDelta>): Promise<void> => {
    for (let change = end; !stopped; ) {
      try {
        return await finish(work, change)
      } catch (error) {
        logger.error(
          { err: error, diffId: work.diff.id },
          'how a patch ended could not be written down; it is tried again',
        )
        if (change.status === 'failed') await pause()
        else change = { status: 'failed', ...faultOf(error) }
      }
    }
  }

  const note = (diff: DeltaRow, status: DeltaStatus, change: Partial<NewDelta>): Promise<void> =>
    store.write(() => {
      // One that was cancelled, and maybe asked for again, is not ours any more.
      if (deps.diffs.find(diff.id)?.status === 'running')
        deps.diffs.move(diff.id, status, { ...change, finishedAt: clock.now() })
    })

  const isSmall = (diff: DeltaRow): boolean =>
    workBytes(diff.format as MadeFormat, (diff.baseSize ?? 0) + deltaBuilder.fileOf(diff).size) <= SMALL_BYTES

  /** Whether one may be worked on beside the large one of the main lane. */
  const fitsBeside = (diff: DeltaRow): boolean =>
    isSmall(diff) && deps.engine.hasRoom(diff.format as MadeFormat, diff.baseSize ?? 0, deltaBuilder.fileOf(diff).size)

  /** The next one in turn, already marked. */
  const take = (mayTake: (diff: DeltaRow) => boolean): Promise<Work | undefined> =>
    store.write(() => {
      const next = stopped ? undefined : deps.diffs.queued().find(mayTake)
      if (!next) return undefined
      deps.diffs.move(next.id, 'running')
      return { diff: next, abort: new AbortController() }
    })

  const workOn = async (work: Work): Promise<void> => {
    const { id } = work.diff
    events.emit('diff', id)
    {
      using claim = deps.claims.open()
      const end = await carryOut(work, claim)
      if (end === undefined || stopped) return
      await conclude(work, end)
    }
    // A package or a delta that was deleted meanwhile has left content that nobody names.
    if (!deps.diffs.find(id)) await deps.claims.removeUnused()
  }

  const onFault = (error: unknown): void => {
    if (stopped) return
    logger.error({ err: error }, 'the making of patches was interrupted; it goes on with the next one')
    void pause().then(() => stopped || look())
  }

  const main = createLane<Work>({
    take: () => take(() => true),
    carryOut(work) {
      beside.look()
      return workOn(work)
    },
    onFault,
  })
  const beside = createLane<Work>({
    // By what is so when the transaction comes: the main lane may have ended its work meanwhile.
    take: () => take((diff) => main.work !== undefined && !isSmall(main.work.diff) && fitsBeside(diff)),
    carryOut: workOn,
    onFault,
  })
  const lanes = [main, beside]

  const look = (): void => {
    for (const lane of lanes) lane.look()
  }

  const abortWhere = (condition: (diff: DeltaRow) => boolean): void => {
    for (const { work } of lanes) if (work && condition(work.diff)) work.abort.abort(new DomainError('DIFF_CANCELLED'))
  }

  return {
    look,

    /** Ends the work on a delta; it then fails as cancelled. */
    cancel: (id: number): void => abortWhere((diff) => diff.id === id),

    /** The package is gone. */
    cancelPackage: (packageId: number): void => abortWhere((diff) => diff.packageId === packageId),

    /** What is being made is left as it is, to be begun again. */
    async stop(): Promise<void> {
      stopped = true
      for (const end of pauses) end()
      await deps.engine.close()
      await Promise.all(lanes.map((lane) => lane.idle()))
    },
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
