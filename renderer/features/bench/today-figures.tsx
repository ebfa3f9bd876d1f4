import { formatCount, formatDuration, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useToday } from './use-today.ts'

/** How the day goes: units done, first-pass yield, units an hour, the time one takes. */
export const Today = () => {
  const t = useTexts()
  const language = useLanguage()
  const total = useToday()
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
