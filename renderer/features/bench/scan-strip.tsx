import { BarcodeOutlined } from '@ant-design/icons'
import type { Slot } from '#shared/schema.ts'
import { formatCount, formatDuration, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

import { useToday } from './use-today.ts'

/** The results of today: finished units, first-pass yield, units per hour, cycle time. */
const Today = () => {
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

/** The result of a scan. */
export interface Scanned {
  readonly code: string
  /** The slot that accepted it; undefined: none did. */
  readonly slot: Slot | undefined
  /** Why no slot accepted it, as text. */
  readonly failure?: string
}

/** The characters from the scanner, the slot of the last code, and today's numbers. */
export const ScanStrip = ({ typed, last }: { typed: string; last: Scanned | undefined }) => {
  const t = useTexts()
  return (
    <section className="panel scan" data-testid="scan">
      <BarcodeOutlined className="scan-icon" />
      <div className="scan-words" role="status">
        <span className="secondary">{t('bench.scan')}</span>
        {typed !== '' ? (
          <span className="mono scan-code">{typed}▏</span>
        ) : last === undefined ? (
          <span className="secondary scan-hint">{t('bench.scanHint')}</span>
        ) : last.slot === undefined ? (
          <span className="scan-code" data-tone="failed">
            <span className="mono">{last.code}</span> {last.failure}
          </span>
        ) : (
          <span className="mono scan-code">
            {last.code} → {t('bench.slot.title', { label: last.slot.label })}
          </span>
        )}
      </div>
      <Today />
    </section>
  )
}
