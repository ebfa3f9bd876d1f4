import { parse } from 'csv-parse/sync'
import type { Language } from '#shared/error-texts.ts'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'

export interface ImportedDevice {
  readonly name: string
  readonly secret?: string | undefined
  readonly accessToken?: string | undefined
}

/** Faulty rows that one error names; the rest are counted. */
const NAMED_ROWS = 5

const columns = ['name', 'secret', 'accessToken'] as const
type Column = (typeof columns)[number]

type Words = Readonly<Record<Language, string>>

/** What is wrong with a list, and what to do. */
const texts = {
  empty: { en: 'The list has no rows.', zh: '列表中没有数据行。' },
  encoding: { en: 'Save the list as CSV in UTF-8.', zh: '请将列表另存为 UTF-8 编码的 CSV。' },
  notCsv: { en: 'Not valid CSV: check that quotes are paired.', zh: '不是有效的 CSV：请检查引号是否成对。' },
  secret: {
    en: 'secret must be 1-128 printable ASCII characters without spaces',
    zh: 'secret 须为 1-128 个不含空格的可见 ASCII 字符',
  },
  accessToken: {
    en: 'accessToken must be 1-64 letters, digits or - _ . : @',
    zh: 'accessToken 须为 1-64 个字母、数字或 - _ . : @',
  },
  name: (value: string): Words => ({
    en: `name "${value}" must be 1-64 letters, digits or - _ . : @`,
    zh: `name“${value}”须为 1-64 个字母、数字或 - _ . : @`,
  }),
  twice: (field: string, value: string, line: number): Words => ({
    en: `${field} "${value}" is already on line ${line}`,
    zh: `${field}“${value}”与第 ${line} 行重复`,
  }),
  column: (value: string): Words => ({
    en: `column "${value}" is unknown, use ${columns.join(', ')}`,
    zh: `未知的列“${value}”，可用：${columns.join('、')}`,
  }),
  header: (names: string): Words => ({
    en: `"${names}" looks like a header; its columns must be ${columns.join(', ')}. Correct it, or leave it out`,
    zh: `“${names}”像是表头；列名须为 ${columns.join('、')}。请改正或删去该行`,
  }),
  columns: (most: number): Words => ({ en: `has more than ${most} columns`, zh: `超过 ${most} 列` }),
} as const

const onLine = (line: number, what: Words): Words => ({
  en: `line ${line}: ${what.en}`,
  zh: `第 ${line} 行：${what.zh}`,
})

const refused = ({ en, zh }: Words, cause?: unknown): DomainError =>
  new DomainError('IMPORT_ROWS', { detail: en, detailZh: zh }, { cause })

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
  if (!first) throw refused(texts.empty)
  const header = readHeader(first)
  const rows = header ? others : [first, ...others]
  if (rows.length === 0) throw refused(texts.empty)
  const faults = new Faults()
  const seen = { name: new Map<string, number>(), accessToken: new Map<string, number>() }
  const read = rows.map((row) => {
    const device = readRow(row, header ?? columns, faults)
    for (const field of ['name', 'accessToken'] as const) {
      const value = device[field]
      const before = value ? seen[field].get(value) : undefined
      if (before !== undefined) faults.add(row, texts.twice(field, value ?? '', before))
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
  if (text.includes('\0')) throw refused(texts.encoding)
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
    throw refused(texts.notCsv, cause)
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
      throw refused(onLine(info.lines, texts.header(record.join(', '))))
    return undefined
  }
  const unknown = record.find((cell, n) => cell !== '' && named[n] === undefined)
  if (unknown !== undefined) throw refused(onLine(info.lines, texts.column(unknown)))
  return named
}

const readRow = (row: Row, order: readonly (Column | undefined)[], faults: Faults): ImportedDevice => {
  const cell = (column: Column): string => row.record[order.indexOf(column)] ?? ''
  const device = {
    name: cell('name'),
    secret: (order.includes('secret') && cell('secret')) || undefined,
    accessToken: (order.includes('accessToken') && cell('accessToken')) || undefined,
  }
  if (row.record.slice(order.length).some((extra) => extra !== '')) faults.add(row, texts.columns(order.length))
  else if (!DEVICE_NAME_PATTERN.test(device.name)) faults.add(row, texts.name(device.name))
  else if (device.secret && !SECRET_PATTERN.test(device.secret)) faults.add(row, texts.secret)
  else if (device.accessToken && !DEVICE_NAME_PATTERN.test(device.accessToken)) faults.add(row, texts.accessToken)
  return device
}

/** What is wrong, by line. */
class Faults {
  readonly #found: Words[] = []

  add({ info }: Row, what: Words): void {
    this.#found.push(onLine(info.lines, what))
  }

  throwIfAny(): void {
    if (this.#found.length === 0) return
    const more = this.#found.length > NAMED_ROWS ? ` … +${this.#found.length - NAMED_ROWS}` : ''
    const named = this.#found.slice(0, NAMED_ROWS)
    throw refused({
      en: named.map(({ en }) => en).join('; ') + more,
      zh: named.map(({ zh }) => zh).join('；') + more,
    })
  }
}
