import type { TransitionTable } from './transition-table.ts'

export const verificationStates = ['unverified', 'verifying', 'verified', 'failed', 'skipped'] as const
export type VerificationState = (typeof verificationStates)[number]

/** A package's verification (docs/protocols/onenet.md §13.2): done by a verify campaign, or skipped on purpose. */
export const verificationTransitions: TransitionTable<VerificationState> = {
  unverified: ['verifying', 'skipped'],
  verifying: ['verified', 'failed', 'unverified', 'skipped'],
  verified: [],
  failed: ['verifying', 'verified', 'skipped'],
  skipped: ['verifying', 'verified'],
}

/** States in which a package may be used in an upgrade campaign. */
export const upgradeable = ['verified', 'skipped'] as const satisfies readonly VerificationState[]
