import { parse } from 'csv-parse/sync'
import {
  deviceListColumns,
  type ListedDevice,
  type ListFault,
  type RowFault,
  readDeviceList,
} from '#shared/device-list.ts'
import { DomainError } from '#shared/errors.ts'
import { type Phrase, type PhraseFill, phrase } from '#shared/phrase.ts'
import type { deviceList } from '#shared/texts/en/device-list.ts'

/** Maximum number of invalid rows that one error names; the rest are counted. */
const NAMED_ROWS = 5

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

const problem = (code: keyof typeof deviceList, fill?: PhraseFill): Phrase => phrase(`deviceList.${code}`, fill)

const onLine = (line: number, what: Phrase): Phrase => problem('onLine', { line, problem: what })

const listProblem = (fault: ListFault): Phrase => {
  if (fault.code === 'column')
    return onLine(fault.line, problem('column', { value: fault.column, columns: deviceListColumns }))
  if (fault.code === 'header')
    return onLine(fault.line, problem('header', { names: fault.cells.join(', '), columns: deviceListColumns }))
  return problem(fault.code)
}

const rowProblem = (fault: RowFault, { name, accessToken }: ListedDevice): Phrase => {
  switch (fault.code) {
    case 'name':
      return problem('name', { value: name })
    case 'columns':
      return problem('columns', { most: fault.most })
    case 'twice':
      return problem('twice', { field: 'name', value: name, line: fault.of })
    case 'twiceToken':
      return problem('twice', { field: 'accessToken', value: accessToken ?? '', line: fault.of })
    default:
      return problem(fault.code)
  }
}

/** Reads a list of devices; every row is valid for import. @throws IMPORT_ROWS: see `readDeviceList`. */
export const parseDeviceCsv = (text: string): ListedDevice[] => {
  const { rows, fault } = readDeviceList(text, parse)
  if (fault) throw refused([listProblem(fault)], fault.code === 'notCsv' ? fault.cause : undefined)
  const problems = rows.flatMap(({ line, device, faults }) =>
    faults.map((one) => onLine(line, rowProblem(one, device))),
  )
  if (problems.length > 0) throw refused(problems)
  return rows.map(({ device }) => device)
}
