import { DomainError, type ErrorData } from '#shared/errors.ts'
import { type Phrase, phrase } from '#shared/phrase.ts'
import type { badArchives } from '#shared/texts/en/bad-archives.ts'

/** Why an archive is not restored. */
type BadArchive = Exclude<keyof typeof badArchives, 'databases'>

/** Names in an archive are untrusted: shortens them and keeps only printable characters. */
const shown = (name: string | Phrase): string | Phrase =>
  typeof name === 'string'
    ? name.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
    : phrase(name.phrase, { ...name.fill, ...('name' in name.fill && { name: shown(String(name.fill.name)) }) })

/** A domain error for an archive that cannot be restored. @param name the file in the archive, or what is wrong with its database */
export const badArchive = (reason: BadArchive, name: string | Phrase = '', more: ErrorData = {}): DomainError =>
  new DomainError('BACKUP_BAD', {
    ...more,
    reason,
    detail: phrase(`badArchives.${reason}`, { name: shown(name) }),
  })
