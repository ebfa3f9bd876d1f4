import { Button } from 'antd'
import { client } from '../../../api/client.ts'
import { usePages } from '../../../api/pages.ts'
import { hashOf } from '../../../app/router.ts'
import { Bones, Failed } from '../../../components/hollow.tsx'
import { StateWord } from '../../../components/state-word.tsx'
import { formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { firstSentence } from '../lamps.ts'
import { reasonOf } from '../run-log.tsx'
import { recordLooks } from './record-looks.ts'

/** What was written to a device at the bench, before it ever upgraded over the air. */
export const UnitHistory = ({ deviceId }: { deviceId: number }) => {
  const t = useTexts()
  const language = useLanguage()
  const pages = usePages(`${deviceId}`, (cursor, signal) =>
    client.bench.records({ deviceId, limit: 20, cursor }, { signal }),
  )
  if (pages.failure !== undefined) return <Failed failure={pages.failure} retry={pages.reload} />
  if (pages.loading) return <Bones rows={2} />
  if (pages.items.length === 0) return <p className="secondary">{t('bench.records.noHistory')}</p>
  return (
    <ul className="history" data-testid="unit-history">
      {pages.items.map((record) => {
        const reason = reasonOf(record, language)
        return (
          <li key={record.id}>
            <a href={hashOf('bench', `records/${record.id}`)}>
              <span>
                <b>
                  {record.recipeName} v{record.recipeVersion}
                </b>{' '}
                <span className="secondary small">
                  {record.lineName} · {record.slotLabel} · {formatDateTime(record.finishedAt, language)}
                </span>
              </span>
              <StateWord look={recordLooks[record.state]}>{t(`bench.records.states.${record.state}`)}</StateWord>
              {reason !== undefined && <span className="secondary small history-why">{firstSentence(reason)}</span>}
            </a>
          </li>
        )
      })}
      {pages.hasMore && (
        <Button size="small" onClick={pages.more}>
          {t('more')}
        </Button>
      )}
    </ul>
  )
}
