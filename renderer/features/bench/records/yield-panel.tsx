import { DownloadOutlined } from '@ant-design/icons'
import { Button, DatePicker, Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Language } from '#shared/languages.ts'
import { type BenchReport, reportGroups } from '#shared/schema.ts'
import { saveBenchReport } from '../../../api/bench-files.ts'
import type { Query } from '../../../api/queries.ts'
import { Unanswered } from '../../../components/unanswered.tsx'
import { useAct } from '../../../components/use-action.ts'
import { formatCount, formatDateTime, formatDecimal, formatDuration, formatPercent } from '../../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { type Period, type Span, spans } from './period.ts'
import { ReasonBars } from './reason-bars.tsx'

type Numbers = BenchReport['total']
type Group = BenchReport['groupBy']

const share = (value: number | null, language: Language, t: Translate): string =>
  value === null ? t('none') : formatPercent(value * 100, language)
const cycle = (seconds: number | null, t: Translate): string =>
  seconds === null ? t('none') : formatDuration(seconds * 1000)

const cells = (numbers: Numbers, language: Language, t: Translate) =>
  [
    ['started', formatCount(numbers.started, language), undefined],
    ['passed', formatCount(numbers.passed, language), numbers.passed > 0 ? 'passed' : undefined],
    ['failed', formatCount(numbers.failed, language), numbers.failed > 0 ? 'failed' : undefined],
    ['refused', formatCount(numbers.refused, language), numbers.refused > 0 ? 'person' : undefined],
    ['yield', share(numbers.yield, language, t), undefined],
    ['firstPassYield', share(numbers.firstPassYield, language, t), undefined],
    [
      'unitsPerHour',
      numbers.unitsPerHour === null
        ? t('none')
        : (numbers.unitsPerHour < 100 ? formatDecimal : formatCount)(numbers.unitsPerHour, language),
      undefined,
    ],
    ['median', cycle(numbers.cycleSecondsMedian, t), undefined],
    ['p95', cycle(numbers.cycleSecondsP95, t), undefined],
  ] as const

/** A chosen day as `2026-11-21`. */
const dayText = (date: { format: (pattern: string) => string } | null): string => date?.format('YYYY-MM-DD') ?? ''

interface YieldPanelProps {
  report: Query<BenchReport>
  range: { from?: string; to?: string }
  period: Period
  onPeriod: (period: Period) => void
  groupBy: Group
  onGroup: (groupBy: Group) => void
  /** What was measured, for the other view of the panel. */
  values: ReactNode
}

/** The results of the bench: yield, speed and reasons in one period, by line, recipe, operator or hour. */
export const YieldPanel = ({ report, range, period, onPeriod, groupBy, onGroup, values }: YieldPanelProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [view, setView] = useState<'yield' | 'values'>('yield')
  const data = report.data
  const save = async () => {
    setBusy(true)
    await act(() => saveBenchReport({ ...range, groupBy }, language))
    setBusy(false)
  }
  const nameOf = ({ name, key }: BenchReport['items'][number]): string =>
    groupBy === 'hour' ? formatDateTime(key, language) : name === '' ? t('bench.records.unnamed') : name
  const body = () => {
    if (data === undefined) return <Unanswered query={report} rows={3} />
    // The list below shows the error and what to do.
    if (data.total.started === 0) return null
    return (
      <>
        <dl className="yield-numbers">
          {cells(data.total, language, t).map(([key, value, tone]) => (
            <div key={key} className="number" data-tone={tone}>
              <dd data-testid={`yield-${key}`}>
                <b>{value}</b>
              </dd>
              <dt className="secondary small">{t(`bench.records.numbers.${key}`)}</dt>
            </div>
          ))}
        </dl>
        <div className="yield-body">
          <div className="yield-groups">
            <table className="yield-table">
              <thead>
                <tr>
                  <th scope="col">
                    <Segmented
                      size="small"
                      value={groupBy}
                      onChange={onGroup}
                      aria-label={t('bench.records.groupBy.label')}
                      options={reportGroups.map((value) => ({ value, label: t(`bench.records.groupBy.${value}`) }))}
                    />
                  </th>
                  {cells(data.total, language, t).map(([key]) => (
                    <th key={key} scope="col">
                      {t(`bench.records.numbers.${key}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.items.map((item) => (
                  <tr key={item.key}>
                    <th scope="row" title={nameOf(item)}>
                      {nameOf(item)}
                    </th>
                    {cells(item, language, t).map(([key, value, tone]) => (
                      <td key={key} className="toned" data-tone={tone}>
                        {value}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className="yield-reasons">
            <h3>{t('bench.records.reasons')}</h3>
            <ReasonBars reasons={data.total.reasons} />
          </div>
        </div>
      </>
    )
  }
  return (
    <section className="panel yield" data-testid="yield-panel">
      <header className="yield-head">
        <Segmented
          value={view}
          onChange={setView}
          aria-label={t('bench.records.table')}
          options={[
            { value: 'yield', label: t('bench.records.yield') },
            { value: 'values', label: t('bench.records.values.title') },
          ]}
          data-testid="records-view"
        />
        <Segmented
          value={period.span}
          onChange={(span: Span) => onPeriod({ ...period, span })}
          aria-label={t('bench.records.period.label')}
          options={spans.map((value) => ({ value, label: t(`bench.records.period.${value}`) }))}
          data-testid="yield-period"
        />
        {period.span === 'custom' && (
          <DatePicker.RangePicker
            allowEmpty
            placeholder={[t('bench.records.period.from'), t('bench.records.period.to')]}
            onChange={(range) =>
              onPeriod({ span: 'custom', from: dayText(range?.[0] ?? null), to: dayText(range?.[1] ?? null) })
            }
          />
        )}
        {view === 'yield' && (
          <Button
            icon={<DownloadOutlined />}
            loading={busy}
            disabled={data === undefined || data.total.started === 0}
            onClick={save}
            data-testid="yield-export"
          >
            {t('bench.records.exportCsv')}
          </Button>
        )}
      </header>
      {view === 'values' ? values : body()}
    </section>
  )
}
