import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Pages } from '../api/pages.ts'
import { useTexts } from '../i18n/i18n.ts'
import { ListBody } from './list-body.tsx'

/** One thing that was done. */
interface HistoryEntry {
  readonly key: number
  readonly href: string
  readonly title: string
  /** Where and when. */
  readonly facts: string
  readonly state: ReactNode
  /** Why it did not go well. */
  readonly why?: string | undefined
}

interface HistoryListProps<T> {
  pages: Pages<T>
  empty: string
  entryOf: (item: T) => HistoryEntry
  testId?: string
}

/** What was done to a device, newest first; each entry leads to where it is told in full. */
export const HistoryList = <T,>({ pages, empty, entryOf, testId }: HistoryListProps<T>) => {
  const t = useTexts()
  return (
    <ListBody list={pages} skeletonRows={2} empty={<p className="secondary">{empty}</p>}>
      <ul className="history" data-testid={testId}>
        {pages.items.map(entryOf).map(({ key, href, title, facts, state, why }) => (
          <li key={key}>
            <a href={href}>
              <span>
                <b>{title}</b>
                <span className="secondary small history-facts">{facts}</span>
              </span>
              {state}
              {why !== undefined && <span className="secondary small history-why">{why}</span>}
            </a>
          </li>
        ))}
        {pages.hasMore && (
          <Button size="small" onClick={pages.more}>
            {t('showMore')}
          </Button>
        )}
      </ul>
    </ListBody>
  )
}
