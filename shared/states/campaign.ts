import type { TransitionTable } from './transition-table.ts'

export const campaignStatuses = ['scheduled', 'running', 'paused', 'halted', 'finished', 'cancelled'] as const
export type CampaignStatus = (typeof campaignStatuses)[number]

/**
 * A campaign. `halted` is reached by the failure threshold and left by a person; `finished` reopens when a failed job is
 * retried. `paused` goes back to `scheduled` where a restore paused it before its time. Nothing new is offered in `paused`, `halted` or `cancelled`; what devices already do goes on.
 */
export const campaignTransitions: TransitionTable<CampaignStatus> = {
  scheduled: ['running', 'cancelled'],
  running: ['paused', 'halted', 'finished', 'cancelled'],
  paused: ['scheduled', 'running', 'finished', 'cancelled'],
  halted: ['running', 'finished', 'cancelled'],
  finished: ['running'],
  cancelled: [],
}

/** Statuses in which a campaign may still change by itself. */
export const openCampaignStatuses = [
  'scheduled',
  'running',
  'paused',
  'halted',
] as const satisfies readonly CampaignStatus[]
