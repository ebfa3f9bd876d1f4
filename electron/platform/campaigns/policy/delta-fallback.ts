import type { JobReason } from '#shared/reasons.ts'
import type { JobArtifact } from '../../deltas/artifact-selector.ts'
import type { JobRecord } from '../jobs/job-machine.ts'
import type { JobRow } from '../jobs/job-store.ts'

/**
 * Failures that the delta may be to blame for, as the device could not restore, check, burn or start what it led to. Not those
 * of the network, the battery or the clock: the next attempt takes the delta again.
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
 * What a job keeps of what its device was notified, after a step: nothing once it is to be notified anew, or once the device has reported another
 * version before it began. Undefined: what it kept before. An attempt after one that a delta may have spoiled takes the full image, where the campaign allows it.
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
