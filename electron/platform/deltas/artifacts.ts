import { and, eq, sql } from 'drizzle-orm'
import type { ArtifactNote } from '#shared/artifact-notes.ts'
import { type DiffFormat, defaultFormatOf } from '#shared/diffs.ts'
import type { CampaignMode } from '#shared/schema.ts'
import type { PackageService } from '../packages/packages.ts'
import { modules } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Bases, ModuleOf } from './bases.ts'
import { type Choice, choose } from './choice.ts'
import type { DiffRow, DiffStore } from './diff-store.ts'

/** What is asked about a device. */
export interface ArtifactQuestion {
  readonly mode: CampaignMode
  readonly packageId: number
  readonly fromVersion: string | null
  readonly fullNext: boolean
}

/** What a job keeps of what its device was told. */
export interface JobArtifact {
  /** Null: nothing is decided yet. */
  readonly artifact: 'full' | 'diff' | null
  readonly diffId: number | null
  readonly artifactSize: number | null
  readonly artifactNote: ArtifactNote | null
  readonly fullNext: boolean
}

export type Artifacts = ReturnType<typeof createArtifacts>

/** Chooses what devices get by what the store says at that moment. */
export const createArtifacts = (
  { db }: Store,
  rooms: { readonly packages: Pick<PackageService, 'row' | 'files'>; readonly diffs: DiffStore; readonly bases: Bases },
) => {
  const moduleOf = db
    .select({ deviceClass: modules.deviceClass, ramBytes: modules.ramBytes })
    .from(modules)
    .where(and(eq(modules.productId, sql.placeholder('productId')), eq(modules.name, sql.placeholder('module'))))
    .prepare()

  /** What is made for a module where nobody says another. */
  const formatFor = ({ productId, module }: ModuleOf): DiffFormat => {
    const { deviceClass, ramBytes } = moduleOf.get({ productId, module }) ?? { deviceClass: 'linux', ramBytes: null }
    return defaultFormatOf(deviceClass, ramBytes)
  }

  const choiceFor = ({ mode, packageId, fromVersion, fullNext }: ArtifactQuestion): Choice<DiffRow> => {
    if (mode === 'full') return { kind: 'full', note: null }
    const pack = rooms.packages.row(packageId)
    const base = fromVersion === null ? undefined : rooms.bases.of(pack, fromVersion)
    return choose({
      mode,
      fullNext,
      fromVersion,
      files: rooms.packages.files(packageId).length,
      imageSha256: typeof base === 'object' ? base.sha256 : undefined,
      candidates: fromVersion === null ? [] : rooms.diffs.ofVersion(packageId, fromVersion),
      preferred: formatFor(pack),
    })
  }

  const fullSize = (packageId: number): number =>
    rooms.packages.files(packageId).reduce((sum, { size }) => sum + size, 0)

  return {
    formatFor,
    choiceFor,
    fullSize,

    /** What a job that was told keeps to; chosen anew for one that was not. */
    of(job: ArtifactQuestion & JobArtifact): Choice<DiffRow> {
      if (job.artifact === 'full') return { kind: 'full', note: job.artifactNote }
      const told = job.artifact === 'diff' && job.diffId !== null ? rooms.diffs.find(job.diffId) : undefined
      if (told) return { kind: 'diff', diff: told, note: job.artifactNote }
      // Its patch was deleted behind its back: there is nothing to fetch any more.
      if (job.artifact === 'diff') return { kind: 'none', note: 'NO_DIFF' }
      return choiceFor(job)
    },

    /** What a job that is told now is to keep; undefined: its device is not to be told yet. */
    decided(job: ArtifactQuestion): Omit<JobArtifact, 'fullNext'> | undefined {
      const choice = choiceFor(job)
      switch (choice.kind) {
        case 'full':
          return {
            artifact: 'full',
            diffId: null,
            artifactSize: fullSize(job.packageId),
            artifactNote: choice.note,
          }
        case 'diff':
          return {
            artifact: 'diff',
            diffId: choice.diff.id,
            artifactSize: choice.diff.size,
            artifactNote: choice.note,
          }
        default:
          return undefined
      }
    },
  }
}
