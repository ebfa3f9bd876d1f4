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

/** Milliseconds until a failed write, as on a full disk, is retried. */
const AGAIN_MS = 5000

/** The maximum number of concurrent deltas: a large one, and a small one beside it. */
export const DELTAS_AT_ONCE = 2

/** The total bytes of both images up to which a delta is small: about three seconds of work, and 200 MB of memory. */
const SMALL_BYTES = 8 << 20

export type DeltaQueue = ReturnType<typeof createDeltaQueue>

/** A delta in progress. */
interface Work {
  readonly diff: DeltaRow
  readonly abort: AbortController
}

/**
 * Processes the queued deltas, the longest waiting first: generates our own, checks externally made ones. One delta at a time; but
 * while a large one is in progress, a second lane processes small ones, as far as memory allows. Work that a stop of the station
 * interrupted starts again; no row names a delta before all of it is on disk.
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
    /** Progress of each delta, in percent. */
    readonly progress: Map<number, number>
    /** Called when a delta is ready, or will never be. */
    readonly settled: (packageId: number, fromVersion: string) => void
  },
) => {
  const { store, events, clock, logger } = context
  const deltaBuilder = createDeltaBuilder(context, deps)
  let stopped = false
  const pauses = new Set<() => void>()

  /** @returns the result to record, or undefined when the station stops and the delta waits for the next start. */
  const carryOut = async (
    { diff, abort: { signal } }: Work,
    claim: ContentClaim,
  ): Promise<Partial<NewDelta> | undefined> => {
    try {
      return await deltaBuilder.carryOut({ diff, signal, claim })
    } catch (error) {
      if (stopped) return undefined
      if (signal.aborted) return { status: 'failed', ...faultOf(new DomainError('DIFF_CANCELLED')) }
      // The base image was deleted since: its package, or the upload.
      const fault = isGone(error) ? new DomainError('DIFF_NO_BASE', { version: diff.fromVersion }) : error
      return { status: 'failed', ...faultOf(fault) }
    }
  }

  const faultOf = (error: unknown): Pick<NewDelta, 'error' | 'errorData'> => {
    if (error instanceof DomainError) {
      // A thread that crashes is a fault of the program or of the computer, so it is written to the log.
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

  /** Resolves after a short delay, or when the station stops. */
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
   * Records how a delta ended. If the result cannot be written, the delta fails, and recording that needs less space; if that
   * fails too, it is retried until it succeeds, because devices would otherwise wait for a delta that nobody generates.
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
      // A delta that was cancelled, and maybe requested again, no longer belongs to this run.
      if (deps.diffs.find(diff.id)?.status === 'running')
        deps.diffs.move(diff.id, status, { ...change, finishedAt: clock.now() })
    })

  const isSmall = (diff: DeltaRow): boolean =>
    workBytes(diff.format as MadeFormat, (diff.baseSize ?? 0) + deltaBuilder.fileOf(diff).size) <= SMALL_BYTES

  /** Whether a delta may run beside the large one of the main lane. */
  const fitsBeside = (diff: DeltaRow): boolean =>
    isSmall(diff) && deps.engine.hasRoom(diff.format as MadeFormat, diff.baseSize ?? 0, deltaBuilder.fileOf(diff).size)

  /** The next delta, already marked as in progress. */
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
    // A package or delta that was deleted meanwhile has left content that nothing names.
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
    // Checked again in the transaction, because the main lane may have finished meanwhile.
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

    /** Stops the work on a delta; it then fails as cancelled. */
    cancel: (id: number): void => abortWhere((diff) => diff.id === id),

    /** The package was deleted. */
    cancelPackage: (packageId: number): void => abortWhere((diff) => diff.packageId === packageId),

    /** Stops; deltas in progress start again at the next start. */
    async stop(): Promise<void> {
      stopped = true
      for (const end of pauses) end()
      await deps.engine.close()
      await Promise.all(lanes.map((lane) => lane.idle()))
    },
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
