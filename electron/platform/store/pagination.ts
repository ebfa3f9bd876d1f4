import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'

/** A page of a list: its rows and, when there are more, where the next begins. */
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The id a cursor of ours stands for; undefined for a first page. @throws BAD_REQUEST when it is no cursor. */
export const cursorId = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined || cursor === '') return undefined
  const id = /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined
  if (id === undefined)
    throw new DomainError('BAD_REQUEST', {
      detail: phrase('phrases.cursor'),
      field: 'cursor',
    })
  return id
}

/** Cuts what a query with `limit + 1` rows found into a page; the cursor is the last row's id. */
export const toPage = <R extends { id: number }, T>(rows: readonly R[], limit: number, map: (row: R) => T): Page<T> => {
  const kept = rows.slice(0, limit)
  return { items: kept.map(map), nextCursor: rows.length > limit ? String(kept.at(-1)?.id) : null }
}

/** A `LIKE` pattern for "contains", with the wildcards of the input taken literally (use with `ESCAPE '\\'`). */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`

/** Milliseconds as the API writes times. */
export const isoTime = (at: number): string => new Date(at).toISOString()
export const isoTimeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at))
