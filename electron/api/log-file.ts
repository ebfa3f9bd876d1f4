import { DomainError } from '#shared/errors.ts'
import type { LogFiles } from '../platform/logs/log-files.ts'

/** The content of a file of the log. @throws NOT_FOUND. */
export const logFile = (logs: LogFiles, name: string): Buffer => {
  const bytes = logs.read(name)
  if (!bytes) throw new DomainError('NOT_FOUND', { what: 'file', id: name })
  return bytes
}
