import { cpSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { startFailures } from '#shared/start-failures.ts'
import type { Logger } from '../basics/logger.ts'
import { DATABASE, DESKTOP, LOCK, SET_ASIDE } from '../store/files.ts'
import { startFailureOf } from '../store/start-errors.ts'
import { filesBelow, makeFolder, moveInto, utcDayOf, writeList } from './folder.ts'

/** Entries that stay: the window's files and the lock are in use; devices trust this station by its certificates. */
const stays = (name: string): boolean => name === SET_ASIDE || name === DESKTOP || name.startsWith(LOCK)
const TLS = 'tls'

/**
 * Moves everything of a data directory into one dated folder below it, with a list, so that the next start finds an empty
 * directory. An operator chooses this when the database cannot be used. Certificates are copied and stay. The caller must hold the
 * directory. After an interruption the database is either unchanged, or missing while other files remain: neither state is
 * mistaken for an empty station.
 * @param why what was wrong, as text.
 * @returns the folder, absolute.
 * @throws the system's errors.
 */
const startAnew = (directory: string, at: number, why: string): string => {
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
 * Opens a database, or, when it cannot be used, sets all old data aside and creates a new one, as `--set-aside` requests. A usable
 * database is left alone, so that an option forgotten in a script does not remove a station's data.
 * @param open opens the database; `anew`: creates one beside existing files.
 * @throws what `open` throws when a new station does not help, as on a full disk.
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
