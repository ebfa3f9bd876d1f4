import type { TransitionTable } from './transition-table.ts'

export const campaignStatuses = ['scheduled', 'running', 'paused', 'halted', 'finished', 'cancelled'] as const
export type CampaignStatus = (typeof campaignStatuses)[number]

/**
 * A campaign. The failure threshold sets `halted`, and the operator resumes from it; `finished` reopens when a failed job is retried.
 * `paused` returns to `scheduled` where a restore paused the campaign before its start. In `paused`, `halted` or `cancelled` no new
 * upgrade starts; running ones go on.
 */
export const campaignTransitions: TransitionTable<CampaignStatus> = {
  scheduled: ['running', 'cancelled'],
  running: ['paused', 'halted', 'finished', 'cancelled'],
  paused: ['scheduled', 'running', 'finished', 'cancelled'],
  halted: ['running', 'finished', 'cancelled'],
  finished: ['running'],
  cancelled: [],
}

/** Statuses that may still change by themselves. */
export const openCampaignStatuses = [
  'scheduled',
  'running',
  'paused',
  'halted',
] as const satisfies readonly CampaignStatus[]
