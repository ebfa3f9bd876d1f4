import type { Campaign, CampaignGroup, JobCounts } from '#shared/schema.ts'

const sum = (counts: JobCounts): number => Object.values(counts).reduce((total, count) => total + count, 0)

/** Devices that count towards a threshold: all but those that were skipped. */
export const judgedOf = (counts: JobCounts): number => sum(counts) - counts.skipped

/** Percent, cut to a tenth and never rounded up: 94.96 must not read as the 95 that is not reached. */
const share = (part: number, whole: number): number => Math.floor((part * 1000) / whole) / 10

/** Percent of a group's devices that have proven the target; null while nobody counts. */
export const provenShare = ({ counts }: Pick<CampaignGroup, 'counts'>): number | null =>
  judgedOf(counts) === 0 ? null : share(counts.succeeded, judgedOf(counts))

/** Percent of the devices that were through which failed: what the failure threshold looks at; null while none is. */
export const failedShare = ({ counts }: Pick<Campaign, 'counts'>): number | null =>
  counts.succeeded + counts.failed === 0 ? null : share(counts.failed, counts.succeeded + counts.failed)

/** Devices of a group that have not ended. */
export const openOf = ({ counts }: Pick<CampaignGroup, 'counts'>): number =>
  counts.pending + counts.notified + counts.downloading + counts.installing

/** The group that was opened last; undefined before the first. */
export const currentGroup = ({ groups }: Pick<Campaign, 'groups'>): CampaignGroup | undefined =>
  groups.findLast((group) => group.openedAt !== null)

/** The group that comes after it; undefined after the last. */
export const nextGroup = ({ groups }: Pick<Campaign, 'groups'>): CampaignGroup | undefined =>
  groups[groups.findLastIndex((group) => group.openedAt !== null) + 1]

/** Whether a campaign goes no further without a person. */
export const needsPerson = ({ status, waitsFor }: Pick<Campaign, 'status' | 'waitsFor'>): boolean =>
  status === 'halted' || (status === 'running' && waitsFor === 'person')
