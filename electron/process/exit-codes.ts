/** The exit codes of the station process (docs/operator-api.md §3.5; 70: sysexits.h EX_SOFTWARE). */
export const exitCodes = {
  stopped: 0,
  /** It cannot start in this state (`shared/start-failures.ts`): port in use, database damaged. A restart does not help. */
  cannotStart: 1,
  usage: 2,
  /** A restore was confirmed, which the next start carries out (sysexits.h EX_TEMPFAIL): restart at once. */
  startAgain: 75,
  /** An error of ours: restart it. */
  crashed: 70,
} as const
