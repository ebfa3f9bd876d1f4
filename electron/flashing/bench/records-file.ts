import { setImmediate as breathe } from 'node:timers/promises'
import type { z } from 'zod'
import type { MeasuredValue, RecordExport, RecordFilter } from '#shared/schema.ts'
import type { Texts } from '#shared/texts/index.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../platform/reports/csv.ts'
import type { Page } from '../../platform/store/pagination.ts'
import type { RecordView } from './bench-views.ts'

/** Records read at once: a few milliseconds of the thread that serves devices. */
const ROWS = 250

type Export = Omit<z.output<typeof RecordExport>, 'language'>

const inWords = ({ name, text, unit }: MeasuredValue): string => `${name}=${text}${unit === null ? '' : ` ${unit}`}`

/**
 * Makes the table of records. Of one recipe each measured value has a column of its own; of several they stand together in one, because their
 * names mean other things.
 */
export const createRecordsFile = (
  read: (filter: z.output<typeof RecordFilter>) => Page<RecordView>,
  namesOf: (recipeId: number) => readonly string[],
) =>
  async function* recordsFile(filter: Export, t: Texts['benchRecords']): AsyncGenerator<string> {
    const names = filter.recipeId === undefined ? undefined : namesOf(filter.recipeId)
    const { values: valuesHead, ...heads } = t.columns
    yield BYTE_ORDER_MARK + csvLine([...Object.values(heads), ...(names ?? [valuesHead])])
    for (let cursor: string | undefined; ; ) {
      const { items, nextCursor } = read({ ...filter, cursor, limit: ROWS })
      yield items.map((record) => line(record, names)).join('')
      if (nextCursor === null) return
      cursor = nextCursor
      await breathe()
    }
  }

const line = (record: RecordView, names: readonly string[] | undefined): string =>
  csvLine([
    record.id,
    record.unit,
    record.serial,
    record.chip,
    record.lineName,
    record.slotLabel,
    record.recipeName,
    record.recipeVersion,
    record.state,
    record.errorCode,
    record.operator,
    record.attempt,
    record.startedAt,
    record.finishedAt,
    record.images.map(({ name, sha256 }) => `${name} ${sha256}`).join('; '),
    ...(names
      ? names.map((name) => {
          const value = record.values.find((one) => one.name === name)
          return value ? (value.value ?? value.text) : null
        })
      : [record.values.map(inWords).join('; ')]),
  ])
