import { extname } from 'node:path/posix'
import { type DeltaFormat, deltaEndings } from '#shared/delta-formats.ts'

/** The maximum length of a package's file name, characters (shared/limits.ts). */
const NAME_MAX = 128

/**
 * The file name under which a delta is downloaded: `app.bin` from 1.0 as BSDIFF40 is `app-from-1.0.bsdiff`. Characters that device
 * file names do not allow become `_`.
 */
export const deltaName = (fileName: string, fromVersion: string, format: DeltaFormat): string => {
  const version = fromVersion.replace(/[^A-Za-z0-9._-]/gu, '_')
  const ending = `-from-${version}.${deltaEndings[format]}`
  return (
    fileName.slice(0, -extname(fileName).length || undefined).slice(0, Math.max(1, NAME_MAX - ending.length)) + ending
  )
}
