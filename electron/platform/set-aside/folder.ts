import { randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { setAsideReasons } from '#shared/schema.ts'
import { SET_ASIDE } from '../store/files.ts'

/** The files of a folder and the reason: `list.json`, written before anything is moved into the folder. */
export const SetAsideList = z.object({
  reason: z.enum(setAsideReasons).exclude(['restore']),
  /** ISO 8601 UTC. */
  at: z.iso.datetime(),
  /** The reason, as text. */
  why: z.string(),
  /** The number of different days on which the station has run since, and the last of them (`2026-11-30`). */
  days: z.number().int().nonnegative(),
  lastDay: z.string(),
  /** The original path of each file, relative to the data directory, and its bytes. */
  items: z.array(z.object({ path: z.string(), bytes: z.number() })),
})
export type SetAsideList = z.infer<typeof SetAsideList>

const LIST = 'list.json'

/** The folder name for that time (Unix milliseconds): `20261130T135018Z`. */
export const stampOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** When a folder of that name was created, ISO 8601. */
export const timeOf = (name: string): string =>
  name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6.000Z')

/** All files below a folder (absolute), as relative paths with their bytes. */
export const filesBelow = (folder: string, within = ''): SetAsideList['items'] =>
  readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = join(within, entry.name)
    if (entry.isDirectory()) return filesBelow(folder, path)
    return [{ path, bytes: lstatSync(join(folder, path)).size }]
  })

/** The day of a time, UTC. */
export const utcDayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** Creates an empty folder for files that are set aside now; two within a second get different names. @returns its absolute path. */
export const makeFolder = (directory: string, at: number): string => {
  mkdirSync(join(directory, SET_ASIDE), { recursive: true, mode: 0o700 })
  for (let n = 0; ; n++) {
    const folder = join(directory, SET_ASIDE, n === 0 ? stampOf(at) : `${stampOf(at)}-${n}`)
    if (existsSync(folder)) continue
    mkdirSync(folder, { mode: 0o700 })
    return folder
  }
}

/** Writes a folder's list atomically. */
export const writeList = (folder: string, list: SetAsideList): void => {
  const partial = join(folder, `${LIST}.${randomUUID()}`)
  const file = openSync(partial, 'wx', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(list, undefined, 1)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(partial, join(folder, LIST))
}

/** A folder's list; undefined when none can be read. */
export const readList = (folder: string): SetAsideList | undefined => {
  try {
    return SetAsideList.parse(JSON.parse(readFileSync(join(folder, LIST), 'utf8')))
  } catch {
    return undefined
  }
}

/** Moves a file or folder of the data directory to the same relative path below a folder. */
export const moveInto = (folder: string, directory: string, path: string): void => {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  renameSync(join(directory, path), target)
}
