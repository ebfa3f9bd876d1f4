import { jobs } from '../store/schema.ts'

/** What everybody who reads a job reads of it. */
export const jobColumns = {
  id: jobs.id,
  campaignId: jobs.campaignId,
  deviceId: jobs.deviceId,
  module: jobs.module,
  fromVersion: jobs.fromVersion,
  toVersion: jobs.toVersion,
  state: jobs.state,
  progress: jobs.progress,
  errorCode: jobs.errorCode,
  description: jobs.description,
  attempt: jobs.attempt,
  autoRetries: jobs.autoRetries,
  notifiedAt: jobs.notifiedAt,
  acknowledgeBy: jobs.acknowledgeBy,
  startedAt: jobs.startedAt,
  finishedAt: jobs.finishedAt,
  updatedAt: jobs.updatedAt,
  enteredAt: jobs.enteredAt,
  retryAt: jobs.retryAt,
  groupIndex: jobs.groupIndex,
  artifact: jobs.artifact,
  diffId: jobs.diffId,
  artifactSize: jobs.artifactSize,
  artifactNote: jobs.artifactNote,
} as const
