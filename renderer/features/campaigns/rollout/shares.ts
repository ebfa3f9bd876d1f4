import type { Campaign, CampaignGroup, JobCounts } from '#shared/schema.ts'

const sum = (counts: JobCounts): number => Object.values(counts).reduce((total, count) => total + count, 0)

/** Devices that count for a threshold: all but the skipped ones. */
const judgedOf = (counts: JobCounts): number => sum(counts) - counts.skipped

/** Percentage, cut to a tenth and never rounded up: 94.96 must not look like the 95 that is not reached. */
const share = (part: number, whole: number): number => Math.floor((part * 1000) / whole) / 10

/** The success rate of a group in percent; null while no device counts. */
export const provenShare = ({ counts }: Pick<CampaignGroup, 'counts'>): number | null =>
  judgedOf(counts) === 0 ? null : share(counts.succeeded, judgedOf(counts))

/** The percentage of failures among succeeded and failed devices, which the failure threshold checks; null while there are none. */
export const failedShare = ({ counts }: Pick<Campaign, 'counts'>): number | null =>
  counts.succeeded + counts.failed === 0 ? null : share(counts.failed, counts.succeeded + counts.failed)

/** Devices of a group that have not finished. */
export const openOf = ({ counts }: Pick<CampaignGroup, 'counts'>): number =>
  counts.pending + counts.notified + counts.downloading + counts.installing

/** The group that was opened last; undefined before the first. */
export const currentGroup = ({ groups }: Pick<Campaign, 'groups'>): CampaignGroup | undefined =>
  groups.findLast((group) => group.openedAt !== null)

/** The next group; undefined after the last. */
export const nextGroup = ({ groups }: Pick<Campaign, 'groups'>): CampaignGroup | undefined =>
  groups[groups.findLastIndex((group) => group.openedAt !== null) + 1]

/** Whether a campaign needs an operator to go on. */
export const needsPerson = ({ status, waitsFor }: Pick<Campaign, 'status' | 'waitsFor'>): boolean =>
  status === 'halted' || (status === 'running' && waitsFor === 'person')
