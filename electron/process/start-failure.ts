import { DatabaseDamagedError } from '../platform/backup/make.ts'
import { RestoreError } from '../platform/backup/restore.ts'
import { DataLockedError, DataTooNewError } from '../platform/store/store.ts'
import { ListenError } from '../station/ready.ts'

/** Of the data directory: not ours to write, read-only, full, a file in its place. */
const systemCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'])

/** Whether a person has to mend what kept the station from starting; starting it again does not help then. */
export const needsPerson = (error: unknown): error is Error =>
  error instanceof ListenError ||
  error instanceof DataLockedError ||
  error instanceof DataTooNewError ||
  error instanceof DatabaseDamagedError ||
  error instanceof RestoreError ||
  (error instanceof Error && 'code' in error && systemCodes.has(String(error.code)))
