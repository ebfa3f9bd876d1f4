import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'

export type CsvProblem = 'name' | 'secret' | 'accessToken' | 'twice' | 'columns'

export interface CsvRow {
  /** Of the text, from 1. */
  readonly line: number
  readonly name: string
  readonly problem: CsvProblem | undefined
  /** With `twice`: the line that has the name already. */
  readonly of?: number
}

/** The cells of one line: comma, semicolon or tab; quotes double inside quotes (RFC 4180). */
export const cellsOf = (line: string): string[] => {
  const cells: string[] = []
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))\s*(?:[,;\t]|$)/gy
  while (cell.lastIndex < line.length) {
    const found = cell.exec(line)
    if (found === null) return [line]
    cells.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim())
  }
  return cells
}

const problemOf = (cells: readonly string[]): CsvProblem | undefined => {
  const [name = '', secret = '', accessToken = ''] = cells
  if (!DEVICE_NAME_PATTERN.test(name)) return 'name'
  if (secret !== '' && !SECRET_PATTERN.test(secret)) return 'secret'
  if (accessToken !== '' && !DEVICE_NAME_PATTERN.test(accessToken)) return 'accessToken'
  return cells.slice(3).some((cell) => cell !== '') ? 'columns' : undefined
}

/** What an import would make of the text, row by row, before anything is sent; the station decides. */
export const previewCsv = (text: string): CsvRow[] => {
  const seen = new Map<string, number>()
  const rows: CsvRow[] = []
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((content, index) => {
      if (content.trim() === '') return
      const cells = cellsOf(content)
      const name = cells[0] ?? ''
      const line = index + 1
      if (rows.length === 0 && seen.size === 0 && name.toLowerCase() === 'name') return
      const of = seen.get(name)
      const problem = of === undefined ? problemOf(cells) : 'twice'
      if (of === undefined) seen.set(name, line)
      rows.push(of === undefined ? { line, name, problem } : { line, name, problem, of })
    })
  return rows
}
