import { constants, existsSync, readdirSync, rmSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import { type SetAsideFolder, SetAsideName } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Logger } from '../basics/logger.ts'
import { SET_ASIDE } from '../store/files.ts'
import { filesBelow, makeFolder, moveInto, readList, type SetAsideList, timeOf, utcDayOf, writeList } from './folder.ts'

/** The number of days on which the station ran, after which unnamed files are removed. */
const KEPT_DAYS = 30
const DAY_MS = 86_400_000

export type SetAside = ReturnType<typeof createSetAside>

/**
 * Files that the station no longer uses but must not delete: the database does not name them, but it may be an older copy. They
 * are kept below `set-aside/`, in one folder for each start that found some, and are removed after thirty days or by an operator.
 * Only days on which the station ran count, so one start with a clock years ahead removes nothing. A complete station that an
 * operator set aside stays until an operator removes it.
 */
export const createSetAside = (directory: string, { clock, logger }: { clock: Clock; logger: Logger }) => {
  const root = join(directory, SET_ASIDE)
  let stop = (): void => {}

  const names = (): string[] => {
    try {
      return readdirSync(root)
        .filter((name) => SetAsideName.safeParse(name).success)
        .sort()
        .reverse()
    } catch {
      return []
    }
  }

  const view = (name: string): SetAsideFolder => {
    const folder = join(root, name)
    const list = readList(folder)
    const items = list?.items ?? filesBelow(folder)
    const reason = list?.reason ?? 'restore'
    return {
      name,
      reason,
      at: list?.at ?? timeOf(name),
      files: items.length,
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
      daysLeft: list?.reason === 'unnamed' ? Math.max(0, KEPT_DAYS - list.days) : null,
    }
  }

  /** Counts today for every folder, and removes expired folders. */
  const age = (): void => {
    const today = utcDayOf(clock.now())
    for (const name of names()) {
      const folder = join(root, name)
      try {
        const list = readList(folder)
        if (list?.reason !== 'unnamed' || list.lastDay === today) continue
        const days = list.days + 1
        if (days < KEPT_DAYS) {
          writeList(folder, { ...list, days, lastDay: today })
          continue
        }
        rmSync(folder, { recursive: true, force: true })
        logger.info({ folder, files: list.items.length }, 'files that nothing named for 30 days were removed')
      } catch (error) {
        logger.warn({ err: error, folder }, 'files that were set aside could not be looked after')
      }
    }
  }

  const look = (): void => {
    age()
    stop = clock.after(DAY_MS, look)
  }

  return {
    /**
     * Moves files that nothing names aside. A file that cannot be moved, as on a full disk, stays in place until the next start.
     * @param paths relative to the data directory.
     * @param why as text.
     */
    async takeUnnamed(paths: readonly string[], why: string): Promise<void> {
      if (paths.length === 0) return
      const items: SetAsideList['items'] = []
      for (const path of paths) items.push({ path, bytes: (await stat(join(directory, path))).size })
      const at = clock.now()
      try {
        const folder = makeFolder(directory, at)
        const lastDay = utcDayOf(at)
        writeList(folder, { reason: 'unnamed', at: new Date(at).toISOString(), why, days: 0, lastDay, items })
        for (const path of paths) moveInto(folder, directory, path)
        logger.warn(
          { folder, files: items.length, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) },
          'the database does not name these files; they were set aside, not deleted, and are removed after 30 days',
        )
      } catch (error) {
        logger.error({ err: error }, 'files that the database does not name could not be set aside; they stay')
      }
    },

    /**
     * Looks in `set-aside/` for files that the database names but that are missing: a newer database may have been restored. Files
     * from folders of unnamed files are moved back; files of a complete station are copied.
     * @param paths relative to the data directory.
     */
    async bringBack(paths: readonly string[]): Promise<void> {
      for (const path of paths) {
        for (const name of names()) {
          const folder = join(root, name)
          const from = join(folder, path)
          if (!existsSync(from)) continue
          const to = join(directory, path)
          try {
            await mkdir(dirname(to), { recursive: true, mode: 0o700 })
            const list = readList(folder)
            if (list?.reason === 'unnamed') {
              await rename(from, to)
              writeList(folder, { ...list, items: list.items.filter((item) => item.path !== path) })
            } else await copyWhole(from, to)
            logger.warn({ from, to }, 'the database names this file again; it was brought back from what was set aside')
          } catch (error) {
            logger.error({ err: error, from }, 'a file that the database names again could not be brought back')
          }
          break
        }
      }
    },

    /** Newest first. */
    list: (): SetAsideFolder[] => names().map(view),

    /** Deletes a folder and its content. @throws NOT_FOUND. */
    async remove(name: string): Promise<void> {
      if (!names().includes(name)) throw new DomainError('NOT_FOUND', { what: 'setAside', id: name })
      await rm(join(root, name), { recursive: true, force: true })
    },

    /** Starts counting days. */
    start: look,
    stop: (): void => stop(),
  }
}

/** Copies a file atomically. */
const copyWhole = async (from: string, to: string): Promise<void> => {
  const partial = `${to}.new`
  await copyFile(from, partial, constants.COPYFILE_FICLONE)
  await rename(partial, to)
}
