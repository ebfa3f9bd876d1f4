import { Alert, Button, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import type { Recipe, ValueSummary } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { Empty, Skeleton } from '../../../components/empty-state.tsx'
import { Unanswered } from '../../../components/unanswered.tsx'
import { formatCount, formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { limitsWords, measured } from './value-words.ts'

const ValueCharts = lazy(async () => ({ default: (await import('./value-charts.tsx')).ValueCharts }))

/** Below that, Cp and Cpk say little (AIAG SPC asks for 25 subgroups and more). */
const ENOUGH = 30
const OUTLIERS_SHOWN = 8

interface ValuesViewProps {
  recipes: readonly Recipe[]
  range: { from?: string; to?: string }
  lineId: number | undefined
}

/** What the checks of a recipe measured in the period: a line a value, and the distribution of the chosen one. */
export const ValuesView = ({ recipes, range, lineId }: ValuesViewProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [recipeId, setRecipe] = useState<number>()
  const [chosen, setChosen] = useState<string>()
  const measuring = recipes.filter(({ checks }) => checks.some(({ expect }) => expect?.includes('(?')))
  const recipe = recipeId ?? measuring[0]?.id ?? recipes[0]?.id
  const scope = { ...range, ...(lineId !== undefined && { lineId }) }
  const key = JSON.stringify(scope)
  const values = useQuery(recipe === undefined ? null : `bench-values/${recipe}/${key}`, (signal) =>
    client.bench.values({ recipeId: recipe ?? 0, ...scope }, { signal }),
  )
  usePolled(values, 10_000)
  const items = values.data?.items
  const value = items?.find(({ name }) => name === chosen) ?? items?.[0]
  const detail = useQuery(value === undefined ? null : `bench-value/${recipe}/${value.name}/${key}`, (signal) =>
    client.bench.value({ recipeId: recipe ?? 0, name: value?.name ?? '', ...scope }, { signal }),
  )
  usePolled(detail, 10_000)
  const number = (one: number | null): string => (one === null ? t('none') : measured(one))
  const cells = (one: ValueSummary): [string, string, boolean][] => [
    ['count', formatCount(one.count, language), false],
    ['mean', number(one.mean), false],
    ['deviation', number(one.deviation), false],
    ['limits', limitsWords(one) ?? t('bench.records.values.unlimited'), false],
    ['bad', formatCount(one.bad, language), one.bad > 0],
    ['cp', number(one.cp), false],
    ['cpk', number(one.cpk), one.cpk !== null && one.cpk < 1],
  ]
  const columns = ['count', 'mean', 'deviation', 'limits', 'bad', 'cp', 'cpk'] as const
  if (recipe !== undefined && items === undefined) return <Unanswered query={values} rows={3} />
  return (
    <div className="values">
      <div className="values-table">
        <Select
          size="small"
          value={recipe}
          placeholder={t('bench.records.values.chooseRecipe')}
          aria-label={t('bench.records.values.chooseRecipe')}
          onChange={setRecipe}
          options={recipes.map(({ id, name }) => ({ value: id, label: name }))}
          data-testid="values-recipe"
        />
        {items === undefined || items.length === 0 ? (
          <Empty title={t('bench.records.values.none')} hint={t('bench.records.values.noneHint')} />
        ) : (
          <table className="yield-table" data-testid="values-table">
            <thead>
              <tr>
                <th scope="col">{t('bench.records.values.name')}</th>
                {columns.map((column) => (
                  <th key={column} scope="col" title={t('bench.records.values.capability', { max: 5000 })}>
                    {t(`bench.records.values.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.name} data-active={one.name === value?.name}>
                  <th scope="row">
                    <Button type="link" size="small" className="mono" onClick={() => setChosen(one.name)}>
                      {one.name}
                    </Button>
                    {one.unit !== null && <span className="secondary small">{one.unit}</span>}
                  </th>
                  {cells(one).map(([column, words, isBad]) => (
                    <td key={column} className="toned" data-tone={isBad ? 'failed' : undefined}>
                      {words}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {value !== undefined && value.cpk !== null && value.count < ENOUGH && (
          <Alert type="info" title={t('bench.records.values.few')} />
        )}
        {detail.data !== undefined && detail.data.outliers.length > 0 && (
          <p className="values-outliers small" data-testid="values-outliers">
            <span className="secondary">{t('bench.records.values.outliers')}</span>
            {detail.data.outliers.slice(0, OUTLIERS_SHOWN).map(({ recordId, value: reading, at }) => (
              <Button
                key={recordId}
                type="link"
                size="small"
                className="mono"
                title={formatDateTime(at, language)}
                onClick={() => go('bench', `records/${recordId}`)}
              >
                {measured(reading)}
              </Button>
            ))}
          </p>
        )}
      </div>
      {detail.data !== undefined && detail.data.count > 0 && (
        <div className="values-charts">
          <Suspense fallback={<Skeleton rows={4} />}>
            <ValueCharts detail={detail.data} />
          </Suspense>
        </div>
      )}
    </div>
  )
}
