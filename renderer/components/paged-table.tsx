import { ListBody, type ListBodyProps } from './list-body.tsx'
import type { PagedList } from './use-paged-list.ts'
import { type TableProps, VirtualTable } from './virtual-table.tsx'

type PagedTableProps<T extends { id: number }> = Omit<TableProps<T>, 'items' | 'onEnd' | 'hasMore'> &
  Omit<ListBodyProps, 'list' | 'filtered' | 'children'> & { list: PagedList<T> }

/** A table of a list that is read page by page, with all that may stand in its place. */
export const PagedTable = <T extends { id: number }>({
  list,
  skeletonRows,
  empty,
  onClear,
  noMatch,
  ...table
}: PagedTableProps<T>) => (
  <ListBody
    list={list}
    filtered={list.filtered}
    empty={empty}
    noMatch={noMatch}
    {...(skeletonRows !== undefined && { skeletonRows })}
    {...(onClear !== undefined && { onClear })}
  >
    <VirtualTable {...table} items={list.items} onEnd={list.more} hasMore={list.hasMore} />
  </ListBody>
)
