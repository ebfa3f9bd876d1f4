import { Readable } from 'node:stream'
import { DomainError } from '#shared/errors.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaim } from '../content/content-claims.ts'
import type { Content, Contents } from '../content/verified-contents.ts'
import type { DeltaEngine, ImageDigest, MadeDelta, MadeFormat } from '../delta-engine/delta-engine.ts'
import type { PackageFileRow, PackageService } from '../packages/package-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { deltaName } from './delta-name.ts'
import type { DeltaRow, NewDelta } from './delta-store.ts'

/** Milliseconds between two progress reports of a delta. */
const PROGRESS_MS = 250

/** A delta that is being generated or checked. */
interface DeltaWork {
  readonly diff: DeltaRow
  readonly signal: AbortSignal
  /** Holds the delta's content until a row names it. */
  readonly claim: ContentClaim
}

/** Generates one delta, or checks an externally made one; `delta-queue.ts` handles the result. */
export const createDeltaBuilder = (
  { events, clock }: Pick<PlatformContext, 'events' | 'clock'>,
  deps: {
    readonly engine: DeltaEngine
    readonly blobs: BlobStore
    readonly contents: Pick<Contents, 'require'>
    readonly packages: Pick<PackageService, 'files'>
    /** Progress of each delta, in percent. */
    readonly progress: Map<number, number>
  },
) => {
  const progressOf = (id: number) => {
    let saidAt = Number.NEGATIVE_INFINITY
    return (share: number): void => {
      const percent = Math.floor(share * 100)
      if (percent === deps.progress.get(id)) return
      deps.progress.set(id, percent)
      if (clock.now() - saidAt < PROGRESS_MS) return
      saidAt = clock.now()
      events.emit('diff', id)
    }
  }

  const fileOf = ({ packageId }: DeltaRow): PackageFileRow => {
    const [file] = deps.packages.files(packageId)
    if (!file) throw new DomainError('NOT_FOUND', { what: 'package', id: packageId })
    return file
  }

  /** Writes a delta to disk under its content's digest. */
  const keep = async (
    { diff, claim }: DeltaWork,
    file: PackageFileRow,
    made: MadeDelta,
  ): Promise<Partial<NewDelta>> => {
    const fileName = deltaName(file.name, diff.fromVersion, diff.format)
    const staged = await deps.blobs.stage(Readable.from([made.delta]), { name: fileName, maxBytes: made.size })
    try {
      await claim.store([staged])
    } finally {
      await deps.blobs.discard(staged.id)
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

  /** A delta generated from a damaged image would be useless. */
  const requireWhole = async (
    diff: DeltaRow,
    base: string,
    file: Content & { readonly name: string },
  ): Promise<void> => {
    await deps.contents.require(file.name, file)
    if (diff.baseSize !== null)
      await deps.contents.require(diff.baseName ?? diff.fromVersion, { sha256: base, size: diff.baseSize })
  }

  const make = async (work: DeltaWork, base: string): Promise<Partial<NewDelta>> => {
    const { diff, signal } = work
    const file = fileOf(diff)
    await requireWhole(diff, base, file)
    const made = await deps.engine.make({
      before: deps.blobs.path(base),
      after: deps.blobs.path(file.sha256),
      format: diff.format as MadeFormat,
      signal,
      onProgress: progressOf(diff.id),
    })
    refuseOther(made.after, file)
    return keep(work, file, made)
  }

  /** Restores an externally made delta. */
  const check = async ({ diff, signal }: DeltaWork, base: string): Promise<Partial<NewDelta>> => {
    const file = fileOf(diff)
    await requireWhole(diff, base, file)
    const began = clock.now()
    const restored = await deps.engine.restore({
      before: deps.blobs.path(base),
      delta: deps.blobs.path(diff.sha256 ?? ''),
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

  return {
    /** The only file of the delta's target package. @throws NOT_FOUND. */
    fileOf,

    /** @returns the result data when it is ready. @throws DIFF_*; the system's error for files that cannot be read or written. */
    async carryOut(work: DeltaWork): Promise<Partial<NewDelta>> {
      const { source, baseSha256, fromVersion } = work.diff
      if (baseSha256 === null) throw new DomainError('DIFF_NO_BASE', { version: fromVersion })
      const done = source === 'generated' ? await make(work, baseSha256) : await check(work, baseSha256)
      return { ...done, status: 'ready', checked: true, error: null, errorData: null }
    },
  }
}
