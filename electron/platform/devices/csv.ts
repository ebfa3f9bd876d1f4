import { parse } from 'csv-parse/sync'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'

export interface ImportedDevice {
  readonly name: string
  readonly secret?: string | undefined
  readonly accessToken?: string | undefined
}

/** Faulty rows that one error names; the rest are counted. */
const NAMED_ROWS = 5

/**
 * Reads a list of devices: `name[,secret[,accessToken]]` a row, with or without that header; RFC 4180 quoting, comma,
 * semicolon or tab, BOM and blank lines allowed (what spreadsheets save).
 * @throws IMPORT_ROWS naming the first faulty rows by their line.
 */
export const parseDeviceCsv = (text: string): ImportedDevice[] => {
  let rows: { record: string[]; info: { lines: number } }[]
  try {
    rows = parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as typeof rows
  } catch (cause) {
    throw new DomainError('IMPORT_ROWS', { detail: (cause as Error).message }, { cause })
  }
  if (rows[0]?.record[0]?.toLowerCase() === 'name') rows = rows.slice(1)
  if (rows.length === 0) throw new DomainError('IMPORT_ROWS', { detail: 'no rows / 没有数据行' })
  const faults: string[] = []
  const names = new Set<string>()
  const read = rows.map(({ record: [name = '', secret = '', accessToken = ''], info }): ImportedDevice => {
    if (!DEVICE_NAME_PATTERN.test(name)) faults.push(`line ${info.lines}: name "${name}"`)
    else if (names.has(name)) faults.push(`line ${info.lines}: "${name}" twice`)
    else if (secret && !SECRET_PATTERN.test(secret)) faults.push(`line ${info.lines}: secret`)
    else if (accessToken && !DEVICE_NAME_PATTERN.test(accessToken)) faults.push(`line ${info.lines}: accessToken`)
    names.add(name)
    return { name, secret: secret || undefined, accessToken: accessToken || undefined }
  })
  if (faults.length > 0) {
    const more = faults.length > NAMED_ROWS ? ` … +${faults.length - NAMED_ROWS}` : ''
    throw new DomainError('IMPORT_ROWS', { detail: faults.slice(0, NAMED_ROWS).join('; ') + more })
  }
  return read
}
