import { DomainError } from '#shared/errors.ts'
import type { ReasonData } from '../flasher.ts'

/** The files of a build, wherever they are: uploads with their paths, or members of an archive. */
export interface BuildFiles {
  /** Relative, with `/`, each once, as `safePath` returns them. */
  readonly paths: readonly string[]
  /** The bytes of one of the paths. @throws BUILD_BAD: it is larger than `limit`, or cannot be read. */
  read(path: string, limit: number): Promise<Uint8Array>
}

/** A recipe as a build describes it. */
export interface BuildDraft {
  /** Of the app, where it has one: `gateway 2.4.0`. */
  readonly name: string | undefined
  /** Of the target, without defaults. */
  readonly options: Readonly<Record<string, string>>
  readonly images: readonly { readonly path: string; readonly address: number }[]
  /** What the user should know: codes of the flasher's texts. */
  readonly notes: readonly { readonly code: string; readonly data: ReasonData }[]
}

/** Bytes of flash that chips have at most; no image is larger. */
export const imageLimit = 64 * 1024 * 1024
/** Bytes of all images of a build that are read. */
export const buildLimit = 128 * 1024 * 1024
/** Bytes of a description of a build. */
export const textLimit = 512 * 1024
const pathLimit = 1024

/** @param file where it was found. @param detail in English or a value: it is shown as it is. */
export const badBuild = (file: string, detail: string): DomainError => new DomainError('BUILD_BAD', { file, detail })

/**
 * A path that stays below where it begins: `/` between names, no `.`; undefined for one that leads elsewhere, is absolute or cannot be a
 * path. Paths come from archives and descriptions of strangers.
 */
export const safePath = (text: string): string | undefined => {
  const path = text.replaceAll('\\', '/')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (path.length > pathLimit || /^\/|^[a-z]:|[\u0000-\u001f]/i.test(path)) return undefined
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return names.length === 0 || names.includes('..') ? undefined : names.join('/')
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
/** The folder of a path, without `/` at its end; empty at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/**
 * The build's path for a file that a description names, from the description's folder on. Files that were picked one by one have lost
 * their folders, so a name that only one file has will do.
 */
export const findFile = (paths: readonly string[], folder: string, named: string): string | undefined => {
  const wanted = safePath(named)
  if (wanted !== undefined) {
    const exact = folder === '' ? wanted : `${folder}/${wanted}`
    if (paths.includes(exact)) return exact
  }
  const name = baseName(named.replaceAll('\\', '/'))
  const [only, ...more] = paths.filter((path) => baseName(path) === name)
  return more.length === 0 ? only : undefined
}
