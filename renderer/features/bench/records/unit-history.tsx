import { client } from '../../../api/client.ts'
import { usePages } from '../../../api/pages.ts'
import { hashOf } from '../../../app/router.ts'
import { HistoryList } from '../../../components/history-list.tsx'
import { StateWord } from '../../../components/state-label.tsx'
import { formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { headlineOf } from '../reason-text.ts'
import { recordLooks } from './record-tones.ts'

/** What the bench wrote to a device before its first upgrade over the air. */
export const UnitHistory = ({ deviceId }: { deviceId: number }) => {
  const t = useTexts()
  const language = useLanguage()
  const pages = usePages(`${deviceId}`, (cursor, signal) =>
    client.bench.records({ deviceId, limit: 20, cursor }, { signal }),
  )
  return (
    <HistoryList
      pages={pages}
      empty={t('bench.records.noHistory')}
      testId="unit-history"
      entryOf={(record) => ({
        key: record.id,
        href: hashOf('bench', `records/${record.id}`),
        title: `${record.recipeName} v${record.recipeVersion}`,
        facts: `${record.lineName} · ${record.slotLabel} · ${formatDateTime(record.finishedAt, language)}`,
        state: <StateWord look={recordLooks[record.state]}>{t(`bench.records.states.${record.state}`)}</StateWord>,
        why: headlineOf(record, language),
      })}
    />
  )
}
