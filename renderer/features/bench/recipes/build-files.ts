import type { PathFile } from '../../packages/dropped-folder.ts'

/** Files that describe a build. */
const descriptions = ['flasher_args.json', 'flash_args', 'flash_project_args']
/** What one call to the station may name. */
const filesMax = 128

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Whether the station reads this file of a build: its description and its images. */
export const isBuildFile = (path: string): boolean => descriptions.includes(nameOf(path)) || /\.bin$/i.test(path)

/** Whether files that were chosen together are a build: its description is among them, or they are one archive. */
export const isBuild = (names: readonly string[]): boolean =>
  names.some((name) => descriptions.includes(name)) || (names.length === 1 && /\.zip$/i.test(names[0] ?? ''))

/** The files of a folder that are sent, those nearest to the top first; a description before all images. */
export const sentFiles = (files: readonly PathFile[]): readonly PathFile[] => {
  const rank = ({ path }: PathFile): number => (descriptions.includes(nameOf(path)) ? 0 : 1000) + path.split('/').length
  return files.toSorted((a, b) => rank(a) - rank(b)).slice(0, filesMax)
}
