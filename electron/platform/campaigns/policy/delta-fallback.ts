import type { JobReason } from '#shared/reasons.ts'
import type { JobArtifact } from '../../deltas/artifact-selector.ts'
import type { JobRecord } from '../jobs/job-machine.ts'
import type { JobRow } from '../jobs/job-store.ts'

/**
 * Failures that the delta may have caused, because the device could not restore, check, write or start the restored image.
 * Failures of the network, the battery or the clock are not included: the next attempt uses the delta again.
 */
export const deltaFailures: ReadonlySet<string> = new Set<JobReason>([
  'VERIFICATION_FAILED',
  'CHECKSUM_WRONG',
  'BURNING_FAILED',
  'UPGRADE_FAILED',
  'UPGRADE_BROKE_OFF',
  'OUT_OF_MEMORY',
  'PACKAGE_MISMATCH',
  'BASE_MISMATCH',
  'ROLLED_BACK',
  'WRONG_VERSION',
])

const undecided = (fullNext: boolean): JobArtifact => ({
  artifact: null,
  diffId: null,
  artifactSize: null,
  artifactNote: null,
  fullNext,
})

/**
 * The artifact that a job keeps after a step: none when the job is to be notified anew, or when the device has reported another
 * version before it began; undefined: unchanged. The attempt after one that a delta may have caused to fail uses the full image,
 * if the campaign allows it.
 */
export const artifactAfter = (job: JobRow, after: JobRecord): JobArtifact | undefined => {
  if (job.mode === 'full') return undefined
  if (after.attempt !== job.attempt) {
    const spoiled = job.artifact === 'diff' && job.errorCode !== null && deltaFailures.has(job.errorCode)
    return undecided(job.fullNext || spoiled)
  }
  if (job.artifact === null) return undefined
  const begun = after.state !== 'pending' && after.state !== 'notified'
  const untold = after.state === 'pending' && after.notifiedAt === null
  return untold || (!begun && after.fromVersion !== job.fromVersion) ? undecided(job.fullNext) : undefined
}
