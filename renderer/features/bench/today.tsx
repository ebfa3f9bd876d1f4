import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { formatCount, formatDuration, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

const midnight = (): string => {
  const day = new Date()
  day.setHours(0, 0, 0, 0)
  return day.toISOString()
}

/** How the day goes: units done, first-pass yield, units an hour, the time one takes. */
export const Today = () => {
  const t = useTexts()
  const language = useLanguage()
  const report = useQuery('bench-today', (signal) => client.bench.report({ from: midnight() }, { signal }))
  usePolled(report, 3000)
  const total = report.data?.total
  const share = (value: number | null | undefined): string =>
    value == null ? t('none') : formatPercent(value * 100, language)
  const numbers = [
    ['passed', total === undefined ? t('none') : formatCount(total.passed, language)],
    ['firstPass', share(total?.firstPassYield)],
    ['perHour', total?.unitsPerHour == null ? t('none') : formatCount(total.unitsPerHour, language)],
    ['cycle', total?.cycleSecondsMedian == null ? t('none') : formatDuration(total.cycleSecondsMedian * 1000)],
  ] as const
  return (
    <dl className="today" aria-label={t('bench.today.label')}>
      {numbers.map(([key, value]) => (
        <div key={key}>
          <dd data-testid={`today-${key}`}>{value}</dd>
          <dt>{t(`bench.today.${key}`)}</dt>
        </div>
      ))}
    </dl>
  )
}
