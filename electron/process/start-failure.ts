import { writtenOut } from '#shared/phrase-text.ts'
import type { StartFailureInfo } from '#shared/start-failures.ts'
import { listBackups } from '../platform/backup/backup-files.ts'
import { startFailureOf } from '../platform/store/start-errors.ts'

/**
 * What kept the station from starting, where a person has to mend or decide something and starting it again does not
 * help, with the backups there are; undefined where it is a fault of ours. `directory`: the data directory, absolute.
 */
export const startFailureInfo = async (error: unknown, directory: string): Promise<StartFailureInfo | undefined> => {
  const failure = startFailureOf(error, directory)
  if (!failure) return undefined
  const backups = await listBackups(directory, Date.now()).catch(() => [])
  return { code: failure.code, data: writtenOut(failure.data), backups: backups.map(({ name, at }) => ({ name, at })) }
}
