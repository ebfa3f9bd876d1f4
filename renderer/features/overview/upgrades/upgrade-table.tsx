import type { ModuleStatistics } from '#shared/schema.ts'
import { formatBytes, formatCount, formatPercent } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { rateOf } from './chart-series.ts'

/** The numbers behind the charts, the latest day first. */
export const UpgradeTable = ({ days }: Pick<ModuleStatistics, 'days'>) => {
  const t = useTexts()
  const language = useLanguage()
  const versionsOf = (versions: Readonly<Record<string, number>>): string =>
    Object.entries(versions)
      .sort(([, left], [, right]) => right - left)
      .map(([version, devices]) => `${version} × ${formatCount(devices, language)}`)
      .join(', ')
  return (
    <div className="upgrade-table">
      <table>
        <caption className="visually-hidden">{t('reports.upgrades')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('reports.day')}</th>
            <th scope="col">{t('reports.succeeded')}</th>
            <th scope="col">{t('reports.failed')}</th>
            <th scope="col">{t('reports.rate')}</th>
            <th scope="col">{t('reports.downloaded')}</th>
            <th scope="col">{t('deltas.chart.saved')}</th>
            <th scope="col">{t('reports.versions')}</th>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((day) => {
            const rate = rateOf(day)
            return (
              <tr key={day.day}>
                <th scope="row">{day.day}</th>
                <td>{formatCount(day.succeeded, language)}</td>
                <td>{formatCount(day.failed, language)}</td>
                <td>{rate === null ? '—' : formatPercent(rate, language)}</td>
                <td>{formatBytes(day.bytesServed, language)}</td>
                <td>{day.bytesSaved === 0 ? '—' : formatBytes(day.bytesSaved, language)}</td>
                <td>{versionsOf(day.versions) || '—'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
