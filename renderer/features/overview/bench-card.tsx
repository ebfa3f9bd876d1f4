import type { Line, Slot } from '#shared/schema.ts'
import { hashOf } from '../../app/router.ts'
import { Panel } from '../../components/page.tsx'
import { formatCount, formatDuration, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { isBusy, lampLooks } from '../bench/slot-lamps.ts'
import { useToday } from '../bench/use-today.ts'

/** Slots that need an operator: failed, or refused. */
export const needLook = (line: Line): readonly Slot[] =>
  line.slots.filter(({ lamp }) => lamp === 'fail' || lamp === 'refused')

const LineRow = ({ line }: { line: Line }) => {
  const t = useTexts()
  const busy = line.slots.filter(isBusy).length
  return (
    <li>
      <a href={hashOf('bench')}>
        <span className="overview-name">
          <b>{line.name}</b>
          <span className="secondary small">
            {t('bench.records.slotsOf', { count: line.slots.length })} ·{' '}
            {busy === 0 ? t('bench.records.lineIdle') : t('bench.records.lineBusy', { count: busy })}
          </span>
        </span>
        <span className="bench-dots" aria-hidden="true">
          {line.slots.map(({ id, lamp }) => (
            <i key={id} data-tone={lampLooks[lamp].tone} data-empty={lamp === 'empty'} />
          ))}
        </span>
      </a>
    </li>
  )
}

/** The bench in short: today's results, and the activity of each line. */
export const BenchCard = ({ lines }: { lines: readonly Line[] }) => {
  const t = useTexts()
  const language = useLanguage()
  const today = useToday()
  const share = (value: number | null | undefined): string =>
    value == null ? t('none') : formatPercent(value * 100, language)
  const numbers = [
    [t('bench.records.today'), share(today?.yield)],
    [t('bench.records.numbers.firstPassYield'), share(today?.firstPassYield)],
    [t('bench.today.passed'), today === undefined ? t('none') : formatCount(today.passed, language)],
    [t('bench.today.perHour'), today?.unitsPerHour == null ? t('none') : formatCount(today.unitsPerHour, language)],
    [
      t('bench.today.cycle'),
      today?.cycleSecondsMedian == null ? t('none') : formatDuration(today.cycleSecondsMedian * 1000),
    ],
  ] as const
  return (
    <Panel
      title={t('bench.title')}
      extra={<a href={hashOf('bench', 'records')}>{t('bench.records.yield')}</a>}
      testId="overview-bench"
    >
      <dl className="bench-today">
        {numbers.map(([label, value]) => (
          <div key={label} className="number">
            <dd>
              <b>{value}</b>
            </dd>
            <dt className="secondary small">{label}</dt>
          </div>
        ))}
      </dl>
      <ul className="overview-campaigns bench-lines-list">
        {lines.map((line) => (
          <LineRow key={line.id} line={line} />
        ))}
      </ul>
    </Panel>
  )
}
