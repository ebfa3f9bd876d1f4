import { access, open } from 'node:fs/promises'
import type { z } from 'zod'
import type { DeltaFormat } from '#shared/delta-formats.ts'
import { DomainError } from '#shared/errors.ts'
import type { Delta, DeltaInput, DeltasMade, DeltaUploadInput } from '#shared/schema.ts'
import { openJobStates } from '#shared/states/job.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaims } from '../content/content-claims.ts'
import { takesSizes } from '../delta-engine/delta-engine.ts'
import type { PackageRow, PackageService } from '../packages/package-service.ts'
import type { UploadService } from '../packages/upload-service.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import type { Artifacts } from './artifact-selector.ts'
import type { Base, Bases } from './base-images.ts'
import type { DeltaQueue } from './delta-queue.ts'
import type { DeltaRequests } from './delta-requests.ts'
import type { DeltaRow, DeltaStore } from './delta-store.ts'
import { HEAD_BYTES, recognise } from './recognise-format.ts'

/** The operations of an operator on deltas. */
export const createDeltaService = (
  { store, events, clock }: PlatformContext,
  deps: {
    readonly packages: PackageService
    readonly uploads: UploadService
    readonly blobs: BlobStore
    readonly claims: ContentClaims
    readonly settings: SettingsService
    readonly diffs: DeltaStore
    readonly bases: Bases
    readonly starts: DeltaRequests
    readonly artifacts: Artifacts
    readonly deltaQueue: DeltaQueue
    readonly settled: (packageId: number, fromVersion: string) => void
  },
) => {
  const { diffs, bases, starts } = deps

  const baseColumns = (base: Base) => ({
    baseKind: base.kind,
    basePackageId: base.packageId,
    baseName: base.name,
    baseSize: base.size,
    baseSha256: base.sha256,
  })

  /** Queues one delta, or returns the existing one; call within `store.write`. */
  const queue = (pack: PackageRow, base: Base, format: DeltaFormat): number => {
    const same = (diff: DeltaRow): boolean =>
      diff.format === format && diff.source === 'generated' && diff.baseSha256 === base.sha256
    const there = diffs.ofVersion(pack.id, base.version).find(same)
    if (there) {
      if (there.status === 'failed') again(there)
      return there.id
    }
    return diffs.insert({
      packageId: pack.id,
      fromVersion: base.version,
      format,
      source: 'generated',
      status: 'queued',
      ...baseColumns(base),
      createdAt: clock.now(),
    })
  }

  const again = ({ id }: DeltaRow): boolean =>
    diffs.move(id, 'queued', { error: null, errorData: null, finishedAt: null })

  const headOf = async (sha256: string): Promise<Uint8Array> => {
    await using file = await open(deps.blobs.path(sha256))
    const head = new Uint8Array(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
    return head.subarray(0, bytesRead)
  }

  /** Checks that no device downloads it now: deleting it would interrupt the download. @throws DIFF_IN_USE. */
  const refuseInUse = (id: number): void => {
    const open = store.sql
      .prepare<[number], { n: number }>(
        `SELECT count(*) AS n FROM jobs WHERE diff_id = ? AND state IN (${openJobStates.map((state) => `'${state}'`).join(', ')})`,
      )
      .get(id)
    if (open && open.n > 0) throw new DomainError('DIFF_IN_USE', { devices: open.n })
  }

  return {
    get: diffs.get,
    snapshots: diffs.snapshots,

    /** Newest first. @throws NOT_FOUND (package). */
    list(packageId: number): Delta[] {
      deps.packages.row(packageId)
      return diffs.ofPackage(packageId)
    },

    /**
     * Queues deltas from one or several versions; an existing delta is returned as it is, a failed one is generated again.
     * @throws NOT_FOUND, DIFF_SEVERAL_FILES, DIFF_NO_BASE, DIFF_SAME, DIFF_OTHER_MODULE, DIFF_OTHER_IMAGE, DIFF_TOO_LARGE,
     * INVALID_FIELD, UPLOAD_GONE.
     */
    async create(packageId: number, input: z.output<typeof DeltaInput>): Promise<z.output<typeof DeltasMade>> {
      const pack = starts.goal(packageId)
      const format = input.format ?? deps.artifacts.formatFor(pack)
      const from = await starts.of(pack, input, format)
      const ids = await store.write(() => from.map((base) => queue(pack, base, format)))
      for (const id of ids) events.emit('diff', id)
      deps.deltaQueue.look()
      const [first, ...others] = ids.map((id) => diffs.get(id))
      if (!first) throw new Error('no patch was queued')
      return { ...first, others }
    },

    /**
     * Imports an externally made delta. If its format is supported, its base image is on this station and both images are small
     * enough to restore here, it is restored and compared before it is offered; otherwise it is ready at once and marked as
     * unchecked.
     * @throws NOT_FOUND, DIFF_SEVERAL_FILES, DIFF_SAME, UPLOAD_GONE, PAYLOAD_TOO_LARGE.
     */
    async upload(
      packageId: number,
      { upload, fromVersion, format }: z.output<typeof DeltaUploadInput>,
    ): Promise<Delta> {
      const pack = starts.goal(packageId)
      starts.refuseSame(pack, fromVersion)
      using claim = deps.claims.open()
      const [file] = await deps.uploads.take(claim, [upload], deps.settings.get().maxPackageBytes, 'diff')
      if (!file) throw new DomainError('UPLOAD_GONE')
      try {
        const known = format ?? recognise(await headOf(file.sha256)) ?? 'custom'
        const base = bases.of(pack, fromVersion)
        const image = typeof base === 'object' ? base : undefined
        const checkable =
          known !== 'custom' && image !== undefined && takesSizes(known, [image.size, starts.fullSize(pack)])
        const id = await store.write(() =>
          diffs.insert({
            packageId,
            fromVersion,
            format: known,
            source: 'uploaded',
            status: checkable ? 'queued' : 'ready',
            ...(image && baseColumns(image)),
            fileName: file.name,
            size: file.size,
            md5: file.md5,
            sha256: file.sha256,
            createdAt: clock.now(),
            finishedAt: checkable ? null : clock.now(),
          }),
        )
        events.emit('diff', id)
        if (checkable) deps.deltaQueue.look()
        else deps.settled(packageId, fromVersion)
        return diffs.get(id)
      } finally {
        await deps.uploads.discard(upload)
      }
    },

    /** Stops the generation of a delta. @throws NOT_FOUND, ILLEGAL_MOVE when it has ended. */
    async cancel(id: number): Promise<Delta> {
      const { status, packageId, fromVersion } = diffs.row(id)
      if (status !== 'queued' && status !== 'running')
        throw new DomainError('ILLEGAL_MOVE', { of: 'diff', from: status, to: 'failed' })
      await store.write(() =>
        diffs.move(id, 'failed', { error: 'DIFF_CANCELLED', errorData: null, finishedAt: clock.now() }),
      )
      // Only after the write, because the queue may start the delta in the same transaction.
      deps.deltaQueue.cancel(id)
      events.emit('diff', id)
      deps.settled(packageId, fromVersion)
      return diffs.get(id)
    },

    /** Generates a failed delta again. @throws NOT_FOUND, ILLEGAL_MOVE, DIFF_NO_BASE: its image is no longer on this station. */
    async retry(id: number): Promise<Delta> {
      const { baseSha256, fromVersion } = diffs.row(id)
      if (baseSha256 !== null && !(await isThere(deps.blobs.path(baseSha256))))
        throw new DomainError('DIFF_NO_BASE', { version: fromVersion })
      await store.write(() => {
        const diff = diffs.row(id)
        if (diff.status !== 'failed')
          throw new DomainError('ILLEGAL_MOVE', { of: 'diff', from: diff.status, to: 'queued' })
        again(diff)
      })
      events.emit('diff', id)
      deps.deltaQueue.look()
      return diffs.get(id)
    },

    /** @throws NOT_FOUND, DIFF_IN_USE while devices are being upgraded by it. */
    async remove(id: number): Promise<void> {
      const { packageId, fromVersion } = await store.write(() => {
        const diff = diffs.row(id)
        refuseInUse(id)
        diffs.remove(id)
        return diff
      })
      deps.deltaQueue.cancel(id)
      events.emit('removed', 'diff', id)
      deps.settled(packageId, fromVersion)
      await deps.claims.removeUnused()
    },

    /** The delta's bytes. @throws NOT_FOUND, DIFF_NOT_READY while there are none. */
    file(id: number): { readonly path: string; readonly name: string; readonly size: number; readonly sha256: string } {
      const { fileName, size, sha256 } = diffs.row(id)
      if (fileName === null || size === null || sha256 === null) throw new DomainError('DIFF_NOT_READY')
      return { path: deps.blobs.path(sha256), name: fileName, size, sha256 }
    },
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
