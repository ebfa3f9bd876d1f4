import { DomainError } from '#shared/errors.ts'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'

/** Characters that a file name may have on every file system: one line, no separators. */
const IMAGE_NAME_PATTERN = /^[^\p{Cc}/\\]{1,128}$/u

/** Checks the name of a base image, which is never sent to a device. @throws FILE_NAME. */
export const checkImageName = (name: string): void => {
  if (!IMAGE_NAME_PATTERN.test(name)) throw new DomainError('FILE_NAME', { file: name })
}

/**
 * Checks the name of a package file: no Chinese and no separators (docs/protocols/README.md §6.3), and an allowed format.
 * @param formats file extensions with their dot, lower case: `.tar.gz`.
 * @throws FILE_NAME, FILE_FORMAT.
 */
export const checkFileName = (name: string, formats: readonly string[]): void => {
  if (!FILE_NAME_PATTERN.test(name)) throw new DomainError('FILE_NAME', { file: name })
  const lower = name.toLowerCase()
  if (!formats.some((format) => lower.endsWith(format))) throw new DomainError('FILE_FORMAT', { file: name, formats })
}
