import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from './limits.ts'

/** The columns of a device list, in the order of a list without a header. */
export const deviceListColumns = ['name', 'secret', 'accessToken'] as const
type Column = (typeof deviceListColumns)[number]

export interface ListedDevice {
  readonly name: string
  readonly secret?: string | undefined
  readonly accessToken?: string | undefined
}

/** Why a row cannot be imported. The code is the key of the text on the screen. */
export type RowFault =
  | { readonly code: Column }
  | { readonly code: 'twice' | 'twiceToken'; readonly of: number }
  | { readonly code: 'columns'; readonly most: number }

interface ListedRow {
  /** Line number in the text, from 1. */
  readonly line: number
  readonly device: ListedDevice
  /** Empty: the row can be imported. */
  readonly faults: readonly RowFault[]
}

/** Why the whole list cannot be read. */
export type ListFault =
  | { readonly code: 'empty' | 'encoding' }
  | { readonly code: 'notCsv'; readonly cause: unknown }
  /** The header of another program: it would be imported as a device. */
  | { readonly code: 'header'; readonly line: number; readonly cells: readonly string[] }
  | { readonly code: 'column'; readonly line: number; readonly column: string }

/** A parsed list: its rows, or why there are none. */
export type DeviceList =
  | { readonly rows: readonly ListedRow[]; readonly hasHeader: boolean; readonly fault?: never }
  | { readonly rows: readonly []; readonly hasHeader: boolean; readonly fault: ListFault }

/** The format of a list, for `csv-parse`. */
const csvOptions = {
  bom: true,
  trim: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  relax_column_count: true,
  info: true,
} as const

interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** `parse` of `csv-parse`: its Node build is twice as fast on Node, and only its browser build runs in browsers. */
type ParseCsv = (text: string, options: typeof csvOptions & { readonly delimiter: string }) => unknown

/** The first possible delimiter in the list is the delimiter: a name, which comes first, contains none of them. */
const delimiterOf = (text: string): string => /[,;\t]/.exec(text)?.[0] ?? ','

/** Column names in the lists of other programs; a device may have such a name only below a valid header. */
const HEADER_WORD =
  /^(((device|product|client|user|access|auth|mac|hardware|serial)[ _-]?)*(name|names|id|ids|no|number|sn|serial|key|secret|password|token|mac|imei|address|device|devices)|设备.*|产品.*|名称|编号|序列号|密钥|密码|令牌)$/i

type Order = readonly (Column | undefined)[]

/** The columns in the order of the header, or why the header is invalid; undefined when the first row is a device. */
const readHeader = ({ record, info }: Row): { order: Order } | { fault: ListFault } | undefined => {
  const line = info.lines
  const order = record.map((cell) => deviceListColumns.find((column) => column.toLowerCase() === cell.toLowerCase()))
  if (!order.includes('name')) {
    const isForeign = record.every((cell) => cell === '' || HEADER_WORD.test(cell))
    return isForeign ? { fault: { code: 'header', line, cells: record } } : undefined
  }
  const unknown = record.find((cell, n) => cell !== '' && order[n] === undefined)
  return unknown === undefined ? { order } : { fault: { code: 'column', line, column: unknown } }
}

const readDevice = ({ record }: Row, order: Order): ListedDevice => {
  const cell = (column: Column): string => (order.includes(column) ? (record[order.indexOf(column)] ?? '') : '')
  return { name: cell('name'), secret: cell('secret') || undefined, accessToken: cell('accessToken') || undefined }
}

const faultOf = ({ record }: Row, device: ListedDevice, order: Order): RowFault | undefined => {
  if (record.slice(order.length).some((extra) => extra !== '')) return { code: 'columns', most: order.length }
  if (!DEVICE_NAME_PATTERN.test(device.name)) return { code: 'name' }
  if (device.secret && !SECRET_PATTERN.test(device.secret)) return { code: 'secret' }
  if (device.accessToken && !DEVICE_NAME_PATTERN.test(device.accessToken)) return { code: 'accessToken' }
  return undefined
}

const readRows = (rows: readonly Row[], order: Order): ListedRow[] => {
  const names = new Map<string, number>()
  const tokens = new Map<string, number>()
  return rows.map((row) => {
    const line = row.info.lines
    const device = readDevice(row, order)
    const faults: RowFault[] = []
    const fault = faultOf(row, device, order)
    if (fault) faults.push(fault)
    for (const [seen, value, code] of [
      [names, device.name, 'twice'],
      [tokens, device.accessToken, 'twiceToken'],
    ] as const) {
      const of = value ? seen.get(value) : undefined
      if (of !== undefined) faults.push({ code, of })
      else if (value) seen.set(value, line)
    }
    return { line, device, faults }
  })
}

/**
 * Reads a device list: `name[,secret[,accessToken]]` per row; a header with these names may set another order.
 * RFC 4180 quoting, comma, semicolon or tab, BOM and blank lines are allowed (spreadsheets save these). The screen's preview and the
 * station's import both use this function. It never throws.
 */
export const readDeviceList = (text: string, parse: ParseCsv): DeviceList => {
  const unread = (fault: ListFault, hasHeader = false): DeviceList => ({ rows: [], hasHeader, fault })
  if (text.includes('\0')) return unread({ code: 'encoding' })
  let parsed: Row[]
  try {
    parsed = parse(text, { ...csvOptions, delimiter: delimiterOf(text) }) as Row[]
  } catch (cause) {
    return unread({ code: 'notCsv', cause })
  }
  const [first, ...others] = parsed
  if (!first) return unread({ code: 'empty' })
  const header = readHeader(first)
  if (header && 'fault' in header) return unread(header.fault)
  const rows = header ? others : parsed
  if (rows.length === 0) return unread({ code: 'empty' }, true)
  return { rows: readRows(rows, header?.order ?? deviceListColumns), hasHeader: header !== undefined }
}
