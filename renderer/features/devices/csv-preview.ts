import { parse } from 'csv-parse/browser/esm/sync'
import { type ListFault, type RowFault, readDeviceList } from '#shared/device-list.ts'

/** A faulty row as the preview shows it: never its cells, but for a name. */
export interface PreviewedFault {
  /** Of the text, from 1. */
  readonly line: number
  /** Undefined where no header says which column has the names: the first cell may be a secret. */
  readonly name: string | undefined
  readonly fault: RowFault
}

export interface CsvPreview {
  /** Rows that were read, faulty ones included. */
  readonly count: number
  readonly faults: readonly PreviewedFault[]
  /** Why no row could be read. */
  readonly fault: ListFault | undefined
}

/** What an import would make of the text, before anything is sent; the station reads it in the same way. */
export const previewCsv = (text: string): CsvPreview => {
  const { rows, hasHeader, fault } = readDeviceList(text, parse)
  return {
    count: rows.length,
    faults: rows.flatMap(({ line, device, faults: [first] }) =>
      first === undefined ? [] : [{ line, name: hasHeader ? device.name : undefined, fault: first }],
    ),
    fault,
  }
}
