import type { BenchReport } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { rangeOf } from './records/period.ts'

/** Today's numbers so far; undefined until they are read. */
export const useToday = (): BenchReport['total'] | undefined => {
  const report = useQuery('bench-today', (signal) =>
    client.bench.report(rangeOf({ span: 'today', from: '', to: '' }, Date.now()), { signal }),
  )
  usePolled(report, 3000)
  return report.data?.total
}
