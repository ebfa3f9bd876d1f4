import { DomainError } from '#shared/errors.ts'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'

/**
 * Checks the name of a package file: no Chinese and no separators (reference 000, STEP 4), and one of the formats allowed.
 * @param formats endings with their dot, lower case: `.tar.gz`.
 * @throws FILE_NAME, FILE_FORMAT.
 */
export const checkFileName = (name: string, formats: readonly string[]): void => {
  if (!FILE_NAME_PATTERN.test(name)) throw new DomainError('FILE_NAME', { file: name })
  const lower = name.toLowerCase()
  if (!formats.some((format) => lower.endsWith(format))) throw new DomainError('FILE_FORMAT', { file: name, formats })
}
