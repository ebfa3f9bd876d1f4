import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Random } from '../basics/random.ts'
import { DATABASE } from '../store/files.ts'

/** The station as its receivers know it, and the database file to which that belongs. */
export const StationIdentity = z.object({ id: z.string(), file: z.string() })
export type StationIdentity = z.infer<typeof StationIdentity>

/**
 * What tells a database file from a copy of it: a copy, and a backup put in its place, is another file (inode) that was created at another
 * time. Moving a data directory on its disk keeps both.
 */
export const fileIdentity = (directory: string): string => {
  const { ino, birthtimeNs } = statSync(join(directory, DATABASE), { bigint: true })
  return `${ino}-${birthtimeNs}`
}

/**
 * The identity that a station has with this database file: that which it had with the same file, else a new one. So a restore and a copied
 * data directory renew it, without anybody having to think of it.
 */
export const identityFor = (stored: unknown, file: string, random: Random): StationIdentity => {
  const known = StationIdentity.safeParse(stored)
  return known.success && known.data.file === file ? known.data : { id: random.token(12), file }
}

/**
 * Ids of events: each higher than the one before, and than those of any earlier time. The clock is in them, so that a disk which was set
 * back to an earlier state (a snapshot of a virtual machine) gives no id again that receivers already have.
 * @param last the highest id so far; 0: none.
 */
export const createEventIds = (now: () => number, last: number): (() => number) => {
  let highest = last
  return () => {
    // Microseconds, of which a million events a second take all.
    highest = Math.max(highest + 1, now() * 1000)
    return highest
  }
}
