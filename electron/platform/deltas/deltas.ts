import type { FieldVersion } from '#shared/schema.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaims } from '../content/content-claims.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { DeltaEngine } from '../delta-engine/delta-engine.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { UploadService } from '../packages/upload-service.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { createArtifacts } from './artifact-selector.ts'
import { createBases, type ModuleOf } from './base-images.ts'
import { createDeltaQueue } from './delta-queue.ts'
import { createDeltaRequests } from './delta-requests.ts'
import { createDeltaService } from './delta-service.ts'
import { createDeltaStore } from './delta-store.ts'
import { fieldVersionsOf } from './field-versions.ts'

/** Composes everything about deltas. @param deps `settled`: a delta is ready, or will never be. */
export const createDeltas = (
  context: PlatformContext,
  deps: {
    readonly packages: PackageService
    readonly devices: Pick<DeviceService, 'versions'>
    readonly uploads: UploadService
    readonly blobs: BlobStore
    readonly claims: ContentClaims
    readonly contents: Pick<Contents, 'isDamaged' | 'require' | 'verify'>
    readonly settings: SettingsService
    readonly engine: DeltaEngine
    readonly settled: (packageId: number, fromVersion: string) => void
  },
) => {
  const { store, events } = context
  const progress = new Map<number, number>()
  const diffs = createDeltaStore(store, (id) => progress.get(id), deps.contents.isDamaged)
  const bases = createBases(context, deps)
  const artifacts = createArtifacts(store, { ...deps, diffs })
  const deltaQueue = createDeltaQueue(context, { ...deps, diffs, progress })
  const starts = createDeltaRequests(store, { ...deps, bases })
  const service = createDeltaService(context, { ...deps, diffs, bases, starts, artifacts, deltaQueue })
  events.on('removed', (what, id) => {
    if (what === 'package') deltaQueue.cancelPackage(id)
  })

  return {
    diffs,
    artifacts,
    service: {
      ...service,
      fieldVersions: (packageId: number): FieldVersion[] => fieldVersionsOf({ ...deps, bases, diffs }, packageId),
    },
    /** Images that were uploaded as bases of deltas. */
    bases: {
      /** Newest first. */
      list: bases.uploaded,
      /** @throws NOT_FOUND. */
      row: bases.upload,
      /** Deltas that were made from it stay available. @throws NOT_FOUND, BASE_IN_USE while some still have to be generated. */
      async remove(id: number): Promise<void> {
        await store.write(() => bases.forget(id))
        await deps.claims.removeUnused()
      },
    },
    /** Path of the image of a module's version; undefined: unknown. */
    imageOf(module: ModuleOf, version: string): string | undefined {
      const base = bases.of(module, version)
      return typeof base === 'object' ? deps.blobs.path(base.sha256) : undefined
    },

    /** Continues with the deltas that the last run had queued or begun. */
    async recover(): Promise<void> {
      await store.write(() => diffs.requeue())
      deltaQueue.look()
    },

    stop: (): Promise<void> => deltaQueue.stop(),
  }
}
