import { useEffect, useState } from 'react'
import { reasonText } from '#shared/reasons.ts'
import type { ModuleStatistics } from '#shared/schema.ts'
import { Chart } from '../../../components/chart.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { useDark } from '../../../theme/theme-store.ts'
import { type ChartOption, outcomeOption, versionOption, volumeOption } from './chart-options.ts'
import { chartLook } from './chart-style.ts'

interface Options {
  readonly outcomes: ChartOption
  readonly versions: ChartOption
  readonly volume: ChartOption
}

const REASONS_SHOWN = 6

const Reasons = ({ reasons }: Pick<ModuleStatistics, 'reasons'>) => {
  const t = useTexts()
  const language = useLanguage()
  const top = Math.max(1, ...reasons.map(({ jobs }) => jobs))
  if (reasons.length === 0) return <p className="secondary chart-none">{t('reports.noReasons')}</p>
  return (
    <dl className="upgrade-reasons">
      {reasons.slice(0, REASONS_SHOWN).map(({ errorCode, jobs }) => (
        <div key={errorCode}>
          <dt>{reasonText(errorCode, language) ?? errorCode}</dt>
          <dd className="bar" data-tone="failed">
            <i style={{ width: `${(jobs / top) * 100}%` }} />
          </dd>
          <dd>{formatCount(jobs, language)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Four charts of the same days: results, versions, volume, reasons. */
export const UpgradeCharts = ({ statistics }: { statistics: ModuleStatistics }) => {
  const t = useTexts()
  const language = useLanguage()
  const dark = useDark()
  const [options, setOptions] = useState<Options>()
  // Runs after the theme is applied, because it reads the colours from the page.
  useEffect(() => {
    const look = chartLook(t, language, dark)
    const { days } = statistics
    setOptions({
      outcomes: outcomeOption(days, look),
      versions: versionOption(days, look),
      volume: volumeOption(days, look),
    })
  }, [statistics, t, language, dark])
  if (options === undefined) return null
  const { days } = statistics
  const ended = days.some(({ succeeded, failed }) => succeeded + failed > 0)
  const versions = days.some((day) => Object.keys(day.versions).length > 0)
  const volume = days.some(({ bytesServed }) => bytesServed > 0)
  const saves = statistics.days.some(({ bytesSaved }) => bytesSaved > 0)
  const volumeTitle = saves ? t('deltas.chart.volume') : t('reports.volume')
  const none = (text: string) => <p className="secondary chart-none">{text}</p>
  return (
    <div className="charts">
      <section>
        <h3>{t('reports.outcomes')}</h3>
        {ended ? <Chart option={options.outcomes} label={t('reports.outcomes')} /> : none(t('reports.noneEnded'))}
      </section>
      <section>
        <h3>{t('reports.versions')}</h3>
        {versions ? <Chart option={options.versions} label={t('reports.versions')} /> : none(t('reports.noVersions'))}
      </section>
      <section>
        <h3>{t('reports.reasons')}</h3>
        <Reasons reasons={statistics.reasons} />
      </section>
      <section>
        <h3>{volumeTitle}</h3>
        {volume ? <Chart option={options.volume} label={volumeTitle} /> : none(t('reports.noVolume'))}
      </section>
    </div>
  )
}
