import type { Query } from '../api/queries.ts'
import { Failed, Skeleton } from './empty-state.tsx'

interface UnansweredProps {
  query: Pick<Query<unknown>, 'failure' | 'reload'>
  /** Lines of the skeleton: few in a panel or a drawer. */
  rows?: number
}

/** What stands where a query has no answer to show: why it failed with a retry, or a skeleton while it runs. */
export const Unanswered = ({ query: { failure, reload }, rows }: UnansweredProps) =>
  failure === undefined ? (
    <Skeleton {...(rows !== undefined && { rows })} />
  ) : (
    <Failed failure={failure} retry={reload} />
  )
