import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'

/** A page of a list: its rows and, when there are more, the cursor of the next page. */
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The id that a cursor stands for; undefined for a first page. @throws BAD_REQUEST for an invalid cursor. */
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

/** Cuts the result of a query with `limit + 1` rows into a page; the cursor is the last row's id. */
export const toPage = <R extends { id: number }, T>(rows: readonly R[], limit: number, map: (row: R) => T): Page<T> => {
  const kept = rows.slice(0, limit)
  return { items: kept.map(map), nextCursor: rows.length > limit ? String(kept.at(-1)?.id) : null }
}

/** A `LIKE` pattern for "contains"; wildcards in the input are taken literally (use with `ESCAPE '\\'`). */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`

/** Converts milliseconds to the time format of the API. */
export const isoTime = (at: number): string => new Date(at).toISOString()
export const isoTimeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at))
