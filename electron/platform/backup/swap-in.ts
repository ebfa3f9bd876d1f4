import { access, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { DATABASE } from '../store/store.ts'
import { syncDirectory } from './backup-files.ts'
import { type PendingRestore, READY, RESTORE, SET_ASIDE } from './pending-restore.ts'

/** The names below the data directory that belong together, the one that is replaced last. */
const namesOf: Readonly<Record<PendingRestore['parts'][number], readonly string[]>> = {
  // A log of the old database beside the new one would be played into it.
  database: [`${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`, DATABASE],
  blobs: ['blobs'],
  tls: ['tls'],
}

/**
 * Puts what is ready into its place and what was there aside; nothing is deleted. It may be cut off at any moment and begun
 * again: a part whose new file has left `restore/ready/` is done.
 */
export const swapIn = async (directory: string, { parts, aside }: PendingRestore): Promise<void> => {
  const ready = join(directory, RESTORE, READY)
  const old = join(directory, SET_ASIDE, aside)
  await mkdir(old, { recursive: true, mode: 0o700 })
  await syncDirectory(join(directory, SET_ASIDE))
  await syncDirectory(directory)
  for (const part of parts) {
    const names = namesOf[part]
    const main = names.at(-1) ?? ''
    if (!(await exists(join(ready, main)))) continue
    for (const name of names) await moveIfThere(join(directory, name), join(old, name))
    // First what was there is safe in its new place, then its place is taken.
    await syncDirectory(old)
    await rename(join(ready, main), join(directory, main))
    await syncDirectory(directory)
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const moveIfThere = async (from: string, to: string): Promise<void> => {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
