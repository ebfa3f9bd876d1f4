/** How the station process ends (docs/operator-api.md §3.5; 70: sysexits.h EX_SOFTWARE). */
export const exitCodes = {
  stopped: 0,
  /** It cannot start as it is (`shared/start-failures.ts`): port in use, database damaged. Starting again does not help. */
  cannotStart: 1,
  usage: 2,
  /** A restore was decided on, which the next start carries out (sysexits.h EX_TEMPFAIL): start it again at once. */
  startAgain: 75,
  /** A fault of ours: start it again. */
  crashed: 70,
} as const
