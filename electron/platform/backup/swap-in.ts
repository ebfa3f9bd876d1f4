import { access, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { DATABASE } from '../store/store.ts'
import { syncDirectory } from './backup-files.ts'
import { type PendingRestore, READY, RESTORE, SET_ASIDE } from './pending-restore.ts'

/** Names below the data directory that belong together; the last one is replaced last. */
const namesOf: Readonly<Record<PendingRestore['parts'][number], readonly string[]>> = {
  // SQLite would replay the log of the old database into the new one.
  database: [`${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`, DATABASE],
  blobs: ['blobs'],
  tls: ['tls'],
}

/**
 * Moves the prepared files into place and the replaced ones aside; deletes nothing. It can be interrupted at any moment and
 * restarted: a part whose new file is no longer in `restore/ready/` is done.
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
    // Moves the old file to its new place first, then moves the new file in.
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
