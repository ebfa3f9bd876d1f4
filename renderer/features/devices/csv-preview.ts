import { parse } from 'csv-parse/browser/esm/sync'
import { type ListFault, type RowFault, readDeviceList } from '#shared/device-list.ts'

/** A faulty row in the preview: never its cells, except for a name. */
interface PreviewedFault {
  /** Line number in the text, from 1. */
  readonly line: number
  /** Undefined where no header marks the name column: the first cell may be a secret. */
  readonly name: string | undefined
  readonly fault: RowFault
}

interface CsvPreview {
  /** Number of rows read, faulty ones included. */
  readonly count: number
  readonly faults: readonly PreviewedFault[]
  /** Why no row could be read. */
  readonly fault: ListFault | undefined
}

/** The result of an import, before anything is sent; the station uses the same reader. */
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
