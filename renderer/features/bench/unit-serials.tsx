import { Button } from 'antd'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Facts } from '../../components/facts.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { RelabelModal } from './relabel-modal.tsx'
import { unitLabel } from './slot-lamps.ts'

/** The serial numbers of a unit, since when and why, and the act of giving it another. @param stamp changes when they may have. */
export const UnitSerials = ({ unit, stamp }: { unit: string; stamp: string }) => {
  const t = useTexts()
  const language = useLanguage()
  const query = useQuery(`unit/${unit}/${stamp}`, (signal) => client.bench.getUnit({ id: unit }, { signal }))
  const [editing, setEditing] = useState(false)
  const labels = query.data?.labels ?? []
  const shared = labels.find(({ sharedWith }) => sharedWith.length > 0)
  // A unit that was never recorded has no number to change.
  const unrecorded = query.failure?.kind === 'coded' && query.failure.code === 'NOT_FOUND'
  if (query.data === undefined)
    return query.failure === undefined || unrecorded ? null : <Unanswered query={query} rows={2} />
  return (
    <>
      <h3 className="slot-section">{t('bench.relabel.section')}</h3>
      {shared !== undefined && (
        <p className="slot-reason" data-tone="person" role="alert">
          {t('bench.relabel.shared', { serial: shared.serial, units: shared.sharedWith.map(unitLabel).join(', ') })}
        </p>
      )}
      {labels.length === 0 && <p className="secondary">{t('bench.relabel.none')}</p>}
      <Facts
        items={labels.map(
          ({ serial, at, retiredAt, reason, operator }) =>
            [
              serial,
              [
                retiredAt === null
                  ? t('bench.relabel.since', { at: formatDateTime(at, language) })
                  : t('bench.relabel.until', { at: formatDateTime(retiredAt, language) }),
                reason,
                operator,
              ]
                .filter((words) => words !== null)
                .join(' · '),
            ] as const,
        )}
      />
      <Button size="small" onClick={() => setEditing(true)} data-testid="relabel">
        {t('bench.relabel.open')}
      </Button>
      {editing && <RelabelModal unit={unit} onDone={query.reload} onClose={() => setEditing(false)} />}
    </>
  )
}
