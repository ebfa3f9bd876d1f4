import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { builtInProfiles } from './built-in.ts'
import type { AtProfile } from './profile.ts'
import { type ProfileFault, readProfile, readProfileText } from './read-profile.ts'

/** Below the data directory: profiles that replace or add. */
export const PROFILE_FOLDER = 'at-profiles'
/** A larger file is no profile. */
const FILE_BYTES = 256 * 1024

/** One profile of the station, or why its file cannot be used. */
export type ListedProfile = { readonly name: string; readonly own: boolean } & (
  | { readonly profile: AtProfile; readonly fault?: undefined }
  | { readonly fault: ProfileFault; readonly profile?: undefined }
)

/** The profiles of a station. */
export interface AtProfiles {
  /** By name. */
  list(): readonly ListedProfile[]
  find(name: string): ListedProfile | undefined
}

const nameOf = (file: string): string => file.replace(/\.json$/, '')

/**
 * The built-in profiles and those of the data directory. A file is read when it is asked for and was changed, so that an edit counts for
 * the next run. A file that cannot be used is listed with its fault, and never replaced by the built-in one of its name: a person
 * who edits it would test another dialogue.
 */
export const createAtProfiles = (directory: string): AtProfiles => {
  const folder = join(directory, PROFILE_FOLDER)
  const builtIn = Object.entries(builtInProfiles).map(
    ([file, content]): ListedProfile => ({ name: nameOf(file), own: false, ...readProfile(file, content) }),
  )
  const read = new Map<string, { readonly stamp: string; readonly listed: ListedProfile }>()

  const ownProfile = (file: string): ListedProfile => {
    const name = nameOf(file)
    try {
      const path = join(folder, file)
      const { mtimeMs, size } = statSync(path)
      const stamp = `${mtimeMs} ${size}`
      const known = read.get(file)
      if (known?.stamp === stamp) return known.listed
      const reading =
        size > FILE_BYTES
          ? { fault: { file, field: '', detail: `is larger than ${FILE_BYTES} bytes` } }
          : readProfileText(file, readFileSync(path, 'utf8'))
      const listed: ListedProfile = { name, own: true, ...reading }
      read.set(file, { stamp, listed })
      return listed
    } catch (error) {
      return {
        name,
        own: true,
        fault: { file, field: '', detail: error instanceof Error ? error.message : String(error) },
      }
    }
  }

  const ownFiles = (): string[] => {
    try {
      return readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('.'))
    } catch {
      return []
    }
  }

  const list = (): readonly ListedProfile[] => {
    const own = ownFiles().map(ownProfile)
    const replaced = new Set(own.map(({ name }) => name))
    return [...builtIn.filter(({ name }) => !replaced.has(name)), ...own].sort((a, b) => a.name.localeCompare(b.name))
  }
  return { list, find: (name) => list().find((one) => one.name === name) }
}
