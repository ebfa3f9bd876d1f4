import type { ArtifactNote } from '#shared/artifact-notes.ts'
import { type DeviceClass, defaultFormatOf, restorableFormats } from '#shared/delta-formats.ts'
import type { CampaignMode } from '#shared/schema.ts'
import type { MadeFormat } from '../delta-engine/delta-engine.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { Store } from '../store/store.ts'
import { type Candidate, type Choice, choose } from './artifact-choice.ts'
import type { ModuleOf } from './base-images.ts'
import type { DeltaStore } from './delta-store.ts'

/** The properties of a device that the choice depends on. */
interface ArtifactQuestion {
  readonly mode: CampaignMode
  readonly packageId: number
  readonly fromVersion: string | null
  readonly fullNext: boolean
}

/** What a job keeps of the artifact of which its device was notified. */
export interface JobArtifact {
  /** Null: nothing is chosen yet. */
  readonly artifact: 'full' | 'diff' | null
  readonly diffId: number | null
  readonly artifactSize: number | null
  readonly artifactNote: ArtifactNote | null
  readonly fullNext: boolean
}

/** A delta with the data needed to download it. */
export interface ReadyDelta extends Candidate {
  readonly fromVersion: string
  readonly fileName: string | null
  readonly size: number | null
  readonly md5: string | null
  readonly sha256: string | null
}

interface DeltaRowRef extends Omit<ReadyDelta, 'checked' | 'advice'> {
  readonly checked: number
  readonly advice: 'ok' | 'full' | 'compressed' | null
}

interface GoalRow extends ModuleOf {
  readonly files: number
  readonly deviceClass: DeviceClass | null
  readonly ramBytes: number | null
}

/** A cache of choices for other jobs in the same transaction: most jobs of a campaign need the same one. */
export type DecisionMemo = Map<string, Omit<JobArtifact, 'fullNext'> | undefined>

export type Artifacts = ReturnType<typeof createArtifacts>

/** Chooses artifacts for devices from the current state of the store. */
export const createArtifacts = (
  { sql }: Store,
  deps: { readonly packages: Pick<PackageService, 'files'>; readonly diffs: DeltaStore },
) => {
  // Queried for every device that is notified, two hundred in one transaction: plain statements of a few microseconds each.
  const goalOf = sql.prepare<[number], GoalRow>(`
    SELECT p.product_id AS productId, p.module AS module, m.device_class AS deviceClass, m.ram_bytes AS ramBytes,
      (SELECT count(*) FROM package_files f WHERE f.package_id = p.id) AS files
    FROM packages p LEFT JOIN modules m ON m.product_id = p.product_id AND m.name = p.module WHERE p.id = ?`)
  /** As `bases.of` returns it. */
  const imageOf = sql
    .prepare<unknown[], string | null>(`
      SELECT coalesce(
        (SELECT min(f.sha256) FROM packages b JOIN package_files f ON f.package_id = b.id
          WHERE b.product_id = :productId AND b.module = :module AND b.version = :version GROUP BY b.id HAVING count(*) = 1),
        (SELECT sha256 FROM base_images WHERE product_id = :productId AND module = :module AND version = :version))`)
    .pluck()
  /** An externally made delta has no advice; when it is as large as the full image it never pays. */
  const deltasFrom = sql.prepare<[number, string], DeltaRowRef>(`
    SELECT id, format, status, base_sha256 AS baseSha256, checked, from_version AS fromVersion,
      file_name AS fileName, size, md5, sha256,
      coalesce(advice ->> 'kind', iif(size >= (SELECT sum(f.size) FROM package_files f WHERE f.package_id = diffs.package_id), 'full', NULL)) AS advice
    FROM diffs WHERE package_id = ? AND from_version = ? ORDER BY id DESC`)

  const formatOf = ({ deviceClass, ramBytes }: Pick<GoalRow, 'deviceClass' | 'ramBytes'>): MadeFormat =>
    defaultFormatOf(deviceClass ?? 'linux', ramBytes)

  const deltas = (packageId: number, fromVersion: string): ReadyDelta[] =>
    deltasFrom.all(packageId, fromVersion).map(({ checked, advice, ...row }) => ({
      ...row,
      checked: checked === 1,
      advice: advice && { kind: advice },
    }))

  /** The format that is generated for a package when no other is given. */
  const formatFor = ({ id }: { readonly id: number }): MadeFormat =>
    formatOf(goalOf.get(id) ?? { deviceClass: null, ramBytes: null })

  const choiceFor = ({ mode, packageId, fromVersion, fullNext }: ArtifactQuestion): Choice<ReadyDelta> => {
    const goal = mode === 'full' ? undefined : goalOf.get(packageId)
    if (!goal) return { kind: 'full', note: null }
    const { productId, module } = goal
    return choose({
      mode,
      fullNext,
      fromVersion,
      files: goal.files,
      imageSha256:
        fromVersion === null ? undefined : (imageOf.get({ productId, module, version: fromVersion }) ?? undefined),
      candidates: fromVersion === null ? [] : deltas(packageId, fromVersion),
      preferred: formatOf(goal),
      restorable: restorableFormats(goal.deviceClass, goal.ramBytes),
    })
  }

  const fullSize = (packageId: number): number =>
    deps.packages.files(packageId).reduce((sum, { size }) => sum + size, 0)

  const decide = (job: ArtifactQuestion): Omit<JobArtifact, 'fullNext'> | undefined => {
    const choice = choiceFor(job)
    switch (choice.kind) {
      case 'full':
        return { artifact: 'full', diffId: null, artifactSize: fullSize(job.packageId), artifactNote: choice.note }
      case 'diff': {
        const { id: diffId, size: artifactSize } = choice.diff
        return { artifact: 'diff', diffId, artifactSize, artifactNote: choice.note }
      }
      default:
        return undefined
    }
  }

  return {
    formatFor,
    choiceFor,
    fullSize,

    /** The artifact that a notified job keeps; chosen anew for a job that was not notified. */
    of(job: ArtifactQuestion & JobArtifact): Choice<ReadyDelta> {
      if (job.artifact === 'full') return { kind: 'full', note: job.artifactNote }
      const told = job.artifact === 'diff' && job.diffId !== null ? deps.diffs.find(job.diffId) : undefined
      if (told) return { kind: 'diff', diff: told, note: job.artifactNote }
      // Its delta was deleted meanwhile, so there is nothing to download any more.
      if (job.artifact === 'diff') return { kind: 'none', note: 'NO_DIFF' }
      return choiceFor(job)
    },

    /** The artifact for a job that is notified now; undefined: its device is not to be notified yet. */
    decided(job: ArtifactQuestion, memo: DecisionMemo = new Map()): Omit<JobArtifact, 'fullNext'> | undefined {
      const key = JSON.stringify([job.packageId, job.mode, job.fromVersion, job.fullNext])
      if (!memo.has(key)) memo.set(key, decide(job))
      return memo.get(key)
    },
  }
}
