import { parse } from 'csv-parse/sync'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'
import { type Phrase, type PhraseFill, phrase } from '#shared/phrase.ts'
import type { deviceList } from '#shared/texts/en/device-list.ts'

export interface ImportedDevice {
  readonly name: string
  readonly secret?: string | undefined
  readonly accessToken?: string | undefined
}

/** Faulty rows that one error names; the rest are counted. */
const NAMED_ROWS = 5

const columns = ['name', 'secret', 'accessToken'] as const
type Column = (typeof columns)[number]

const refused = (problems: readonly Phrase[], cause?: unknown): DomainError =>
  new DomainError(
    'IMPORT_ROWS',
    {
      detail: {
        phrases: problems.slice(0, NAMED_ROWS),
        more: Math.max(0, problems.length - NAMED_ROWS),
      },
    },
    { cause },
  )

const onLine = (line: number, what: Phrase): Phrase => problem('onLine', { line, problem: what })

const problem = (code: keyof typeof deviceList, fill?: PhraseFill): Phrase => phrase(`deviceList.${code}`, fill)

interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/**
 * Reads a list of devices: `name[,secret[,accessToken]]` a row; a header with these names may put them in another order.
 * RFC 4180 quoting, comma, semicolon or tab, BOM and blank lines allowed (what spreadsheets save).
 * @throws IMPORT_ROWS naming the first faulty rows by their line.
 */
export const parseDeviceCsv = (text: string): ImportedDevice[] => {
  const [first, ...others] = parseRows(text)
  if (!first) throw refused([problem('empty')])
  const header = readHeader(first)
  const rows = header ? others : [first, ...others]
  if (rows.length === 0) throw refused([problem('empty')])
  const faults = new Faults()
  const seen = { name: new Map<string, number>(), accessToken: new Map<string, number>() }
  const read = rows.map((row) => {
    const device = readRow(row, header ?? columns, faults)
    for (const field of ['name', 'accessToken'] as const) {
      const value = device[field]
      const before = value ? seen[field].get(value) : undefined
      if (before !== undefined) faults.add(row, problem('twice', { field, value: value ?? '', line: before }))
      else if (value) seen[field].set(value, row.info.lines)
    }
    return device
  })
  faults.throwIfAny()
  return read
}

/** The first delimiter of the list is the delimiter: none of them may stand in a name, which comes first. */
const delimiterOf = (text: string): string => /[,;\t]/.exec(text)?.[0] ?? ','

const parseRows = (text: string): Row[] => {
  if (text.includes('\0')) throw refused([problem('encoding')])
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      info: true,
    }) as unknown as Row[]
  } catch (cause) {
    throw refused([problem('notCsv')], cause)
  }
}

/** What lists of other programs call their columns; a device may be called so only below a header that is right. */
const HEADER_WORD =
  /^(((device|product|client|user|access|auth|mac|hardware|serial)[ _-]?)*(name|names|id|ids|no|number|sn|serial|key|secret|password|token|mac|imei|address|device|devices)|设备.*|产品.*|名称|编号|序列号|密钥|密码|令牌)$/i

/** The columns as a header orders them; undefined when the first row is a device. */
const readHeader = ({ record, info }: Row): (Column | undefined)[] | undefined => {
  const named = record.map((cell) => columns.find((column) => column.toLowerCase() === cell.toLowerCase()))
  if (!named.includes('name')) {
    if (record.every((cell) => cell === '' || HEADER_WORD.test(cell)))
      throw refused([onLine(info.lines, problem('header', { names: record.join(', '), columns }))])
    return undefined
  }
  const unknown = record.find((cell, n) => cell !== '' && named[n] === undefined)
  if (unknown !== undefined) throw refused([onLine(info.lines, problem('column', { value: unknown, columns }))])
  return named
}

const readRow = (row: Row, order: readonly (Column | undefined)[], faults: Faults): ImportedDevice => {
  const cell = (column: Column): string => row.record[order.indexOf(column)] ?? ''
  const device = {
    name: cell('name'),
    secret: (order.includes('secret') && cell('secret')) || undefined,
    accessToken: (order.includes('accessToken') && cell('accessToken')) || undefined,
  }
  if (row.record.slice(order.length).some((extra) => extra !== ''))
    faults.add(row, problem('columns', { most: order.length }))
  else if (!DEVICE_NAME_PATTERN.test(device.name)) faults.add(row, problem('name', { value: device.name }))
  else if (device.secret && !SECRET_PATTERN.test(device.secret)) faults.add(row, problem('secret'))
  else if (device.accessToken && !DEVICE_NAME_PATTERN.test(device.accessToken)) faults.add(row, problem('accessToken'))
  return device
}

/** What is wrong, by line. */
class Faults {
  readonly #found: Phrase[] = []

  add({ info }: Row, what: Phrase): void {
    this.#found.push(onLine(info.lines, what))
  }

  throwIfAny(): void {
    if (this.#found.length > 0) throw refused(this.#found)
  }
}
