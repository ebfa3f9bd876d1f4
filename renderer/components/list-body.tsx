import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { Empty, Failed, Skeleton } from './empty-state.tsx'
import { type Listed, listState } from './list-state.ts'

export interface ListBodyProps {
  list: Listed<unknown>
  /** Lines of the skeleton while the list is read: few in a modal or a drawer. */
  skeletonRows?: number
  /** What stands there while nothing is listed: what to do next. */
  empty: ReactNode
  /** Whether a filter is set: nothing listed then means that nothing matches. */
  filtered?: boolean
  /** Offers to clear the filters where nothing matches. */
  onClear?: () => void
  /** What stands there where nothing matches, if it is more than that. */
  noMatch?: ReactNode
  children: ReactNode
}

/** The body of every list: why it cannot be read, a skeleton, what to do where it is empty or nothing matches, or what is in it. */
export const ListBody = ({
  list,
  skeletonRows,
  empty,
  filtered = false,
  onClear,
  noMatch,
  children,
}: ListBodyProps) => {
  const t = useTexts()
  const state = listState(list, filtered)
  if (state === 'listed') return children
  if (state === 'empty') return empty
  if (state === 'loading') return <Skeleton {...(skeletonRows !== undefined && { rows: skeletonRows })} />
  if (state === 'failed')
    return list.failure === undefined ? null : <Failed failure={list.failure} retry={list.reload} />
  return (
    noMatch ?? (
      <Empty
        title={t('noMatch')}
        actions={onClear === undefined ? undefined : <Button onClick={onClear}>{t('clearFilters')}</Button>}
      />
    )
  )
}
