/** Error codes of the system and of SQLite for a full disk or an exhausted quota. */
const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])

/** Whether a write failed because the disk is full (ENOSPC, EDQUOT, SQLITE_FULL). */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && codes.has(error.code)
