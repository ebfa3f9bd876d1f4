import { Button, Drawer } from 'antd'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { Copyable } from '../../../components/copyable.tsx'
import { Facts } from '../../../components/facts.tsx'
import { StateWord } from '../../../components/state-label.tsx'
import { Unanswered } from '../../../components/unanswered.tsx'
import { formatDateTime, formatDuration } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { reasonOf } from '../reason-text.ts'
import { Images, LogLines } from '../run-log.tsx'
import { unitLabel } from '../slot-lamps.ts'
import { UnitSerials } from '../unit-serials.tsx'
import { unitWords } from './record-columns.tsx'
import { recordLooks } from './record-tones.ts'
import { RecordValues } from './record-values.tsx'

/** The record of one attempt at one unit: identity, place, content, result, and the registered device. */
export const RecordDrawer = ({ id, onClose }: { id: number | null; onClose: () => void }) => {
  const t = useTexts()
  const language = useLanguage()
  const query = useQuery(id === null ? null : `record/${id}`, (signal) =>
    client.bench.getRecord({ id: id ?? 0 }, { signal }),
  )
  const record = query.data
  const reason = record && reasonOf(record, language)
  const deviceId = record?.deviceId ?? null
  return (
    <Drawer
      open={id !== null}
      size={520}
      onClose={onClose}
      data-testid="record-drawer"
      title={
        record === undefined ? (
          t('bench.records.record')
        ) : (
          <span className="slot-title">
            <span className="mono">{unitWords(record, t)}</span>
            <StateWord tag look={recordLooks[record.state]}>
              {t(`bench.records.states.${record.state}`)}
            </StateWord>
          </span>
        )
      }
      footer={
        deviceId !== null && (
          <div className="slot-actions">
            <Button type="primary" onClick={() => go('devices', deviceId)} data-testid="record-device">
              {t('bench.records.openDevice')}
            </Button>
          </div>
        )
      }
    >
      {record === undefined ? (
        <Unanswered query={query} rows={6} />
      ) : (
        <>
          {reason !== undefined && (
            <p className="slot-reason" data-tone={record.state === 'failed' ? 'failed' : 'person'} role="alert">
              {reason}
            </p>
          )}
          <Facts
            items={[
              [
                t('bench.slot.unit'),
                record.unit === null ? undefined : (
                  <Copyable key="u" text={unitLabel(record.unit)} what={t('bench.slot.unit')} />
                ),
              ],
              [t('bench.slot.serial'), record.serial ?? undefined],
              [t('bench.slot.chip'), record.chip ?? undefined],
              [t('bench.records.columns.where'), `${record.lineName} · ${record.slotLabel}`],
              [t('bench.slot.recipe'), `${record.recipeName} v${record.recipeVersion}`],
              [t('bench.slot.operator'), record.operator ?? undefined],
              [t('bench.slot.began'), formatDateTime(record.startedAt, language)],
              [t('bench.slot.took'), formatDuration(Date.parse(record.finishedAt) - Date.parse(record.startedAt))],
              [t('bench.slot.attempt'), String(record.attempt)],
            ]}
          />
          {record.unit !== null && <UnitSerials unit={record.unit} stamp={String(record.id)} />}
          <RecordValues values={record.values} />
          <h3 className="slot-section">{t('bench.records.written')}</h3>
          <Images images={record.images} />
          <h3 className="slot-section">{t('bench.records.log')}</h3>
          <LogLines lines={record.log} />
        </>
      )}
    </Drawer>
  )
}
