import { Segmented, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import type { Product } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { Skeleton } from '../../../components/empty-state.tsx'
import { Panel } from '../../../components/page.tsx'
import { Unanswered } from '../../../components/unanswered.tsx'
import { formatBytes, formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { shareText } from '../../packages/deltas/delta-text.ts'
import { useModule } from '../use-module.ts'
import { totals } from './chart-series.ts'
import { UpgradeTable } from './upgrade-table.tsx'
import './upgrades.css'

// The chart library is half as large as the whole screen, so it loads with the first chart.
const UpgradeCharts = lazy(async () => ({ default: (await import('./upgrade-charts.tsx')).UpgradeCharts }))

const spans = [7, 30, 90] as const

/** The upgrades of a product's module day by day, as charts or as a table. */
export const UpgradesPanel = ({ products }: { products: readonly Product[] }) => {
  const t = useTexts()
  const language = useLanguage()
  const most = [...products].sort((a, b) => b.usage.devices - a.usage.devices)[0]
  const [chosen, setChosen] = useState<number>()
  const id = chosen ?? most?.id ?? 0
  const { module, choose, choices } = useModule(id)
  const [span, setSpan] = useState<(typeof spans)[number]>(30)
  const [view, setView] = useState<'charts' | 'table'>('charts')
  const query = useQuery(module === undefined ? null : `statistics/${id}/${module}/${span}`, (signal) =>
    client.products.statistics({ id, module, days: span }, { signal }),
  )
  usePolled(query, 15_000)
  const statistics = query.data
  const sum = statistics && totals(statistics.days)
  return (
    <Panel
      title={t('reports.upgrades')}
      testId="upgrades-panel"
      extra={
        <div className="upgrades-choices">
          {products.length > 1 && (
            <Select
              size="small"
              value={id}
              aria-label={t('product')}
              onChange={setChosen}
              options={products.map((product) => ({ value: product.id, label: product.name }))}
            />
          )}
          {choices.length > 1 && (
            <Select size="small" value={module} onChange={choose} aria-label={t('reports.module')} options={choices} />
          )}
          <Segmented
            size="small"
            value={span}
            onChange={setSpan}
            aria-label={t('reports.range')}
            options={spans.map((value) => ({ value, label: t('reports.days', { count: value }) }))}
          />
          <Segmented
            size="small"
            value={view}
            onChange={setView}
            aria-label={t('reports.view')}
            options={[
              { value: 'charts', label: t('reports.charts') },
              { value: 'table', label: t('reports.table') },
            ]}
          />
        </div>
      }
    >
      {statistics === undefined || sum === undefined ? (
        <Unanswered query={query} rows={5} />
      ) : (
        <>
          <p className="secondary upgrades-total" data-testid="upgrades-total">
            {t('reports.total', {
              succeeded: formatCount(sum.succeeded, language),
              failed: formatCount(sum.failed, language),
              bytes: formatBytes(sum.bytesServed, language),
            })}
            {sum.bytesSaved > 0 && (
              <>
                {' · '}
                <b className="toned" data-tone="passed" data-testid="upgrades-saved">
                  {t('deltas.chart.total', {
                    bytes: formatBytes(sum.bytesSaved, language),
                    percent: shareText(sum.bytesSaved / (sum.bytesServed + sum.bytesSaved), language),
                  })}
                </b>
              </>
            )}
          </p>
          {view === 'charts' ? (
            <Suspense fallback={<Skeleton rows={5} />}>
              <UpgradeCharts statistics={statistics} />
            </Suspense>
          ) : (
            <UpgradeTable days={statistics.days} />
          )}
        </>
      )}
    </Panel>
  )
}
