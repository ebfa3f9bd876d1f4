import { counterLimit, type RecipeSerials, SERIAL_LENGTH, serialPattern } from './schema/recipe-serials.ts'

/**
 * The form in which serial numbers are compared: `sn-1` and `SN-1` are one, because scanners and keyboards change the case and Code 39
 * has no small letters. Blanks around it do not count; there are none within.
 */
export const serialKey = (serial: string): string => serial.trim().toUpperCase()

type Counter = Extract<RecipeSerials, { from: 'counter' }>
type Shape = Pick<Counter, 'prefix' | 'width'>

/** A number as a serial number; undefined where it has more digits than the width. */
export const counterSerial = ({ prefix, width }: Shape, number: number): string | undefined =>
  number >= counterLimit({ width }) ? undefined : `${prefix}${String(number).padStart(width ?? 1, '0')}`

/**
 * The first free number of a counter.
 * @param from where the search begins; every number below it is taken.
 * @returns the limit of the width when none is left.
 */
export const freeNumber = (shape: Shape, from: number, isTaken: (serial: string) => boolean): number => {
  const limit = counterLimit(shape)
  let number = Math.min(from, limit)
  while (number < limit && isTaken(counterSerial(shape, number) ?? '')) number++
  return number
}

/** How a recipe's serial numbers are changed: what is left out stays. */
export type SerialsChange =
  | { readonly from: 'scan' }
  | {
      readonly from: 'counter'
      readonly prefix: string
      readonly width: number | null
      readonly next?: number | undefined
    }
  | { readonly from: 'list'; readonly list?: readonly string[] | undefined }

/**
 * The serial numbers of a changed recipe. A counter never goes back: a recipe that was opened before numbers were used, or an old copy of
 * it, may name a number that is used by now.
 * @param live the counter's first free number; null: it has not begun.
 */
export const changedSerials = (before: RecipeSerials, change: SerialsChange, live: number | null): RecipeSerials => {
  if (change.from === 'scan') return { from: 'scan' }
  if (change.from === 'list')
    return { from: 'list', list: [...(change.list ?? (before.from === 'list' ? before.list : []))] }
  const { prefix, width, next } = change
  const shape = { from: 'counter', prefix, width } as const
  if (before.from !== 'counter') return { ...shape, next: next ?? 1 }
  if (before.next === null || live === null) return { ...shape, next: next ?? before.next }
  const isSame = before.prefix === prefix && before.width === width
  const reached = isSame ? before.next : live
  if (next === undefined) return { ...shape, next: reached }
  // Another prefix begins another row of numbers; an unused start may be corrected.
  const isFree = before.prefix !== prefix || live === before.next
  return { ...shape, next: isFree ? next : Math.max(next, reached) }
}

/** A line of a pasted list that is no serial number. */
export interface SerialFault {
  /** From 1. */
  readonly row: number
  readonly text: string
  readonly why: 'bad' | 'twice'
}

/** Names of a column of serial numbers, in a file's first line. */
const heads = /^(sn|s\/n|serial|serial ?(no|number)s?\.?|serialno|barcode|label|序列号|条码|编号)$/i

/** The cells of one line: separated by comma, semicolon or tab, in quotes where they contain a separator. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|[,;\t])(?:"((?:[^"]|"")*)"|([^,;\t]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  )

/**
 * The serial numbers in a pasted text: one a line, or the column of a CSV file that its first line names, else its first column. Empty
 * lines do not count.
 */
export const serialsIn = (
  text: string,
): { readonly serials: readonly string[]; readonly faults: readonly SerialFault[] } => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line, at) => ({ row: at + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const named = lines[0]?.cells.findIndex((cell) => heads.test(cell)) ?? -1
  const rows = named < 0 ? lines : lines.slice(1)
  const serials: string[] = []
  const faults: SerialFault[] = []
  const seen = new Set<string>()
  for (const { row, cells } of rows) {
    const cell = cells[Math.max(named, 0)] ?? ''
    if (!serialPattern.test(cell) || cell.length > SERIAL_LENGTH) faults.push({ row, text: cell, why: 'bad' })
    else if (seen.has(serialKey(cell))) faults.push({ row, text: cell, why: 'twice' })
    else {
      seen.add(serialKey(cell))
      serials.push(cell)
    }
  }
  return { serials, faults }
}

/** The first serial number that stands twice in a list, and where, from 1; undefined: none does. */
export const repeatedSerial = (
  list: readonly string[],
): { readonly serial: string; readonly first: number; readonly second: number } | undefined => {
  const seen = new Map<string, number>()
  for (const [at, serial] of list.entries()) {
    const first = seen.get(serialKey(serial))
    if (first !== undefined) return { serial, first, second: at + 1 }
    seen.set(serialKey(serial), at + 1)
  }
  return undefined
}
