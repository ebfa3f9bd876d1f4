import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, type ReactNode, useEffect, useRef } from 'react'

export interface Column<T> {
  key: string
  title: ReactNode
  /** A CSS grid track. */
  width: string
  align?: 'right'
  render: (item: T) => ReactNode
}

interface RowProps<T> {
  item: T
  index: number
  top: number
  height: number
  columns: readonly Column<T>[]
  active: boolean
  label: string | undefined
  onOpen: ((item: T) => void) | undefined
}

const onKey = (event: KeyboardEvent<HTMLDivElement>, open: (() => void) | undefined) => {
  if (event.target !== event.currentTarget) return
  const row = event.currentTarget
  const step =
    event.key === 'ArrowDown' ? row.nextElementSibling : event.key === 'ArrowUp' ? row.previousElementSibling : null
  if (step instanceof HTMLElement) {
    event.preventDefault()
    step.focus()
  } else if (open !== undefined && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault()
    open()
  }
}

const PlainRow = <T,>({ item, index, top, height, columns, active, label, onOpen }: RowProps<T>) => {
  const open = onOpen === undefined ? undefined : () => onOpen(item)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtualised row cannot be a tr
    <div
      className="table-row"
      role="row"
      aria-rowindex={index + 2}
      aria-label={label}
      tabIndex={0}
      data-open={open !== undefined}
      data-active={active}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={open}
      onKeyDown={(event) => onKey(event, open)}
    >
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: see the row
        <div key={column.key} role="cell" tabIndex={-1} className="cell" data-align={column.align}>
          {column.render(item)}
        </div>
      ))}
    </div>
  )
}

// A row with the same object does not render again, whatever the other four thousand rows do.
const Row = memo(PlainRow) as typeof PlainRow

export interface TableProps<T extends { id: number }> {
  label: string
  items: readonly T[]
  /** Must keep its identity between renders: rows render again when it changes. */
  columns: readonly Column<T>[]
  rowHeight: number
  /** Must keep its identity between renders. */
  onOpen?: (item: T) => void
  activeId?: number | undefined
  rowLabel?: (item: T) => string
  /** Called when the end of the table becomes visible. */
  onEnd?: () => void
  hasMore?: boolean
  testId?: string
}

/** A table that renders only the visible rows, in the given order. */
export const VirtualTable = <T extends { id: number }>({
  label,
  items,
  columns,
  rowHeight,
  onOpen,
  activeId,
  rowLabel,
  onEnd,
  hasMore = false,
  testId,
}: TableProps<T>) => {
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => items[index]?.id ?? index,
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= items.length - 20) onEnd?.()
  }, [hasMore, last, items.length, onEnd])

  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be a table element
    <div
      className="table"
      role="table"
      aria-label={label}
      aria-rowcount={items.length + 1}
      data-testid={testId}
      style={{ '--columns': columns.map((column) => column.width).join(' ') }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
      <div className="table-head" role="row" aria-rowindex={1} tabIndex={-1}>
        {columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: see the table
          <div key={column.key} role="columnheader" className="cell" data-align={column.align} tabIndex={-1}>
            {column.title}
          </div>
        ))}
      </div>
      <div className="table-scroll" ref={scroll} data-testid={testId === undefined ? undefined : `${testId}-scroll`}>
        {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
        <div className="table-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {rows.map((row) => {
            const item = items[row.index]
            return item === undefined ? null : (
              <Row
                key={row.key}
                item={item}
                index={row.index}
                top={row.start}
                height={rowHeight}
                columns={columns}
                active={item.id === activeId}
                label={rowLabel?.(item)}
                onOpen={onOpen}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}
