import { DomainError, type ErrorData } from '#shared/errors.ts'
import { type Phrase, phrase } from '#shared/phrase.ts'
import type { badArchives } from '#shared/texts/en/bad-archives.ts'

/** Why an archive is not restored. */
export type BadArchive = Exclude<keyof typeof badArchives, 'databases'>

/** Names in an archive may be anything: short, and of characters that can be shown. */
const shown = (name: string | Phrase): string | Phrase =>
  typeof name === 'string'
    ? name.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
    : phrase(name.phrase, { ...name.fill, ...('name' in name.fill && { name: shown(String(name.fill.name)) }) })

/** An archive that cannot be restored, as an error of the domain. @param name the file in it, or what is wrong with its database */
export const badArchive = (reason: BadArchive, name: string | Phrase = '', more: ErrorData = {}): DomainError =>
  new DomainError('BACKUP_BAD', {
    ...more,
    reason,
    detail: phrase(`badArchives.${reason}`, { name: shown(name) }),
  })
