import { cpSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { startFailures } from '#shared/start-failures.ts'
import type { Logger } from '../basics/logger.ts'
import { DATABASE, DESKTOP, LOCK, SET_ASIDE } from '../store/files.ts'
import { startFailureOf } from '../store/start-errors.ts'
import { filesBelow, makeFolder, moveInto, utcDayOf, writeList } from './folder.ts'

/** What stays: the window's files and the lock are in use, certificates are what devices trust this station by. */
const stays = (name: string): boolean => name === SET_ASIDE || name === DESKTOP || name.startsWith(LOCK)
const TLS = 'tls'

/**
 * Puts everything of a data directory into one dated folder below it, listed, so that the next start finds nothing: what a
 * person chose where the database cannot be used. Certificates are copied and stay. The directory must be held. Cut
 * off in the middle, the database is either still there as it was, or missing beside the rest: never one without the
 * other taken for a station. @param why what was wrong, in words. @returns the folder, absolute. @throws the system's errors.
 */
export const startAnew = (directory: string, at: number, why: string): string => {
  const names = readdirSync(directory).filter((name) => !stays(name))
  const items = filesBelow(directory).filter(({ path }) => !stays(path.split(sep)[0] ?? ''))
  const folder = makeFolder(directory, at)
  writeList(folder, { reason: 'station', at: new Date(at).toISOString(), why, days: 0, lastDay: utcDayOf(at), items })
  if (names.includes(TLS)) cpSync(join(directory, TLS), join(folder, TLS), { recursive: true, errorOnExist: true })
  const rest = names.filter((name) => name !== TLS && !name.startsWith(DATABASE))
  const database = names.filter((name) => name.startsWith(DATABASE)).sort()
  for (const name of [...rest, ...database]) moveInto(folder, directory, name)
  return folder
}

/**
 * Opens a database, or, where it cannot be used, sets everything old aside and makes a new one, as `--set-aside` asks for.
 * One that can be used is left alone: an option that was forgotten in a script must not take a station's data away.
 * @param open opens the database; `anew`: makes one beside what is still there. @throws what `open` throws where a new
 *   station does not help, as on a full disk.
 */
export const openOrStartAnew = async <Opened>(
  directory: string,
  open: (anew?: boolean) => Promise<Opened>,
  at: number,
  logger: Logger,
): Promise<Opened> => {
  try {
    const opened = await open()
    logger.warn({}, 'the database can be used, so --set-aside has moved nothing; start without it from now on')
    return opened
  } catch (error) {
    const failure = startFailureOf(error, directory)
    if (!failure || !(startFailures[failure.code].choices as readonly string[]).includes('setAside')) throw error
    const folder = startAnew(directory, at, failure.message)
    logger.warn(
      { failure: failure.code, folder },
      'as --set-aside says, all old data was set aside, and the station starts anew',
    )
    return open(true)
  }
}
