import type { CampaignStatus } from '#shared/states/campaign.ts'
import type { JobState } from '#shared/states/job.ts'
import type { VerificationState } from '#shared/states/verification.ts'

/** The five meanings of colours; each state has one, in addition to a glyph and a text. */
export type Tone = 'running' | 'passed' | 'failed' | 'person' | 'idle'

export interface Look {
  tone: Tone
  glyph: string
}

export const jobLooks: Readonly<Record<JobState, Look>> = {
  pending: { tone: 'idle', glyph: '○' },
  notified: { tone: 'running', glyph: '◔' },
  downloading: { tone: 'running', glyph: '↓' },
  installing: { tone: 'person', glyph: '◑' },
  succeeded: { tone: 'passed', glyph: '✓' },
  failed: { tone: 'failed', glyph: '✕' },
  cancelled: { tone: 'idle', glyph: '⊘' },
  skipped: { tone: 'idle', glyph: '»' },
}

export const campaignLooks: Readonly<Record<CampaignStatus, Look>> = {
  scheduled: { tone: 'idle', glyph: '○' },
  running: { tone: 'running', glyph: '▶' },
  paused: { tone: 'person', glyph: '‖' },
  halted: { tone: 'failed', glyph: '!' },
  finished: { tone: 'passed', glyph: '✓' },
  cancelled: { tone: 'idle', glyph: '⊘' },
}

/** A running campaign that needs an operator to go on. */
export const waitingLook: Look = { tone: 'person', glyph: '!' }

export const verificationLooks: Readonly<Record<VerificationState, Look>> = {
  unverified: { tone: 'person', glyph: '!' },
  verifying: { tone: 'running', glyph: '◔' },
  verified: { tone: 'passed', glyph: '✓' },
  failed: { tone: 'failed', glyph: '✕' },
  skipped: { tone: 'idle', glyph: '»' },
}

/** Order of the parts of a bar: finished first; open states before those that need no further work. */
export const barOrder = [
  'succeeded',
  'installing',
  'downloading',
  'notified',
  'failed',
  'skipped',
  'cancelled',
  'pending',
] as const satisfies readonly JobState[]
