import type { ReactNode } from 'react'
import type { Pages } from '../api/pages.ts'
import { Failed, Skeleton } from './empty-state.tsx'

interface ListBodyProps {
  pages: Pick<Pages<unknown>, 'items' | 'failure' | 'loading' | 'reload'>
  /** Lines of the sign of life. */
  bones?: number
  /** What stands there while nothing is listed. */
  empty: ReactNode
  children: ReactNode
}

/** A list that is read page by page: why it cannot be read, a sign of life, what to do where it is empty, or what is in it. */
export const ListBody = ({ pages, bones, empty, children }: ListBodyProps) => {
  const { items, failure, loading, reload } = pages
  // What was read stays to be seen when reading it again fails.
  if (failure !== undefined && items.length === 0) return <Failed failure={failure} retry={reload} />
  if (loading) return <Skeleton {...(bones !== undefined && { rows: bones })} />
  return items.length === 0 ? empty : children
}
