import type { Language } from '#shared/languages.ts'
import type { UnitRecord } from '#shared/schema.ts'
import { StateWord } from '../../../components/state-label.tsx'
import type { Column } from '../../../components/virtual-table.tsx'
import { formatDateTime, formatDuration } from '../../../i18n/format.ts'
import type { Translate } from '../../../i18n/i18n.ts'
import { headlineOf, reasonOf } from '../reason-text.ts'
import { unitLabel } from '../slot-lamps.ts'
import { recordLooks } from './record-tones.ts'

/** The unit: the barcode, or else the chip's id. */
export const unitWords = ({ unit, serial }: Pick<UnitRecord, 'unit' | 'serial'>, t: Translate): string =>
  serial ?? (unit === null ? t('bench.records.unknownUnit') : unitLabel(unit))

export const recordColumns = (t: Translate, language: Language): Column<UnitRecord>[] => [
  {
    key: 'unit',
    title: t('bench.records.columns.unit'),
    width: 'minmax(228px, 1.2fr)',
    render: (record) => (
      <>
        <span className="cell-two strong mono record-unit">{unitWords(record, t)}</span>
        <span className="cell-two secondary small">
          {[record.chip, record.serial === null || record.unit === null ? null : unitLabel(record.unit)]
            .filter((word) => word !== null)
            .join(' · ')}
        </span>
      </>
    ),
  },
  {
    key: 'state',
    title: t('bench.records.columns.state'),
    width: 'minmax(170px, 1.5fr)',
    render: (record) => {
      const reason = reasonOf(record, language)
      return (
        <>
          <StateWord look={recordLooks[record.state]}>{t(`bench.records.states.${record.state}`)}</StateWord>
          {record.attempt > 1 && (
            <span className="secondary small"> {t('bench.records.attempt', { count: record.attempt })}</span>
          )}
          {reason !== undefined && (
            <span className="cell-two secondary small" title={reason}>
              {headlineOf(record, language)}
            </span>
          )}
        </>
      )
    },
  },
  {
    key: 'where',
    title: t('bench.records.columns.where'),
    width: 'minmax(100px, 0.8fr)',
    render: ({ lineName, slotLabel }) => (
      <span title={lineName}>
        {slotLabel} <span className="secondary small">{lineName}</span>
      </span>
    ),
  },
  {
    key: 'recipe',
    title: t('bench.records.columns.recipe'),
    width: 'minmax(110px, 0.9fr)',
    render: ({ recipeName, recipeVersion }) => (
      <span title={recipeName}>
        {recipeName} <span className="secondary">v{recipeVersion}</span>
      </span>
    ),
  },
  {
    key: 'operator',
    title: t('bench.records.columns.operator'),
    width: '90px',
    render: ({ operator }) => operator ?? <span className="secondary">{t('none')}</span>,
  },
  {
    key: 'took',
    title: t('bench.records.columns.took'),
    width: '60px',
    align: 'right',
    render: ({ startedAt, finishedAt }) => formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)),
  },
  {
    key: 'at',
    title: t('bench.records.columns.at'),
    width: '140px',
    render: ({ finishedAt }) => <span className="secondary">{formatDateTime(finishedAt, language)}</span>,
  },
]
