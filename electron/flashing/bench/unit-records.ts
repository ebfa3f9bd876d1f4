import type { z } from 'zod'
import type { RecordFilter } from '#shared/schema.ts'
import { type Page, toPage } from '../../platform/store/pagination.ts'
import type { RecordView, RecordWithLogView, Views } from './bench-views.ts'
import { createRecordsFile } from './records-file.ts'
import type { RecordRow, RunStore } from './run-store.ts'
import type { ValueStore } from './value-store.ts'

interface Deps {
  readonly runs: RunStore
  readonly values: ValueStore
  readonly views: Pick<Views, 'record'>
}

/** Unit records with what was measured, as lists, one by one, and as a table. */
export const createUnitRecords = ({ runs, values, views }: Deps) => {
  const withValues = (rows: readonly RecordRow[]): RecordView[] => {
    const found = values.ofRecords(rows.map(({ id }) => id))
    return rows.map((row) => views.record(row, found.get(row.id) ?? []))
  }
  const list = (filter: z.output<typeof RecordFilter>): Page<RecordView> =>
    toPage(withValues(runs.records(filter)), filter.limit, (record) => record)
  return {
    list,
    /** A table for spreadsheets, in pieces. */
    file: createRecordsFile(list, values.namesOf),
    /** @throws NOT_FOUND. */
    one(id: number): RecordWithLogView {
      const row = runs.record(id)
      return { ...views.record(row, values.ofRecords([id]).get(id) ?? []), log: [...row.log] }
    },
  }
}
