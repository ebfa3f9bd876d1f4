import { DownloadOutlined, HistoryOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import type { BenchReport, UnitRecord } from '#shared/schema.ts'
import { saveRecords } from '../../../api/bench-files.ts'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { Empty } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { PagedTable } from '../../../components/paged-table.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { useAct } from '../../../components/use-action.ts'
import { usePagedList } from '../../../components/use-paged-list.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { useBench, useBenchStore } from '../bench-store.ts'
import { BenchTabs } from '../bench-tabs.tsx'
import { type Period, rangeOf } from './period.ts'
import { recordColumns } from './record-columns.tsx'
import { RecordDrawer } from './record-drawer.tsx'
import { recordStates } from './record-tones.ts'
import { SharedSerials } from './shared-serials.tsx'
import { ValuesView } from './values-view.tsx'
import { YieldPanel } from './yield-panel.tsx'
import '../bench.css'
import './records.css'

const PAGE = 100
const open = ({ id }: UnitRecord) => go('bench', `records/${id}`)
const close = () => go('bench', 'records')

/** What was done at the bench: how it goes, and every unit's record. */
export const RecordsScreen = ({ openId }: { openId: number | null }) => {
  const t = useTexts()
  const language = useLanguage()
  useBench()
  const lines = useBenchStore((state) => state.lines)
  const [period, setPeriod] = useState<Period>({ span: 'today', from: '', to: '' })
  const [groupBy, setGroup] = useState<BenchReport['groupBy']>('line')
  const [q, setQ] = useState('')
  const [lineId, setLine] = useState<number>()
  const [recipeId, setRecipe] = useState<number>()
  const [state, setState] = useState<UnitRecord['state']>()
  const range = rangeOf(period, Date.now())
  const span = JSON.stringify(range)
  const report = useQuery(`bench-report/${span}/${groupBy}`, (signal) =>
    client.bench.report({ ...range, groupBy }, { signal }),
  )
  usePolled(report, 5000)
  const recipes = useQuery('bench-recipes', (signal) => client.bench.recipes({ limit: 1000 }, { signal }))
  const list = usePagedList({
    filter: { q, lineId, recipeId, state },
    scope: range,
    limit: PAGE,
    read: (page, options) => client.bench.records(page, options),
  })
  const { reload, items } = list
  // Who has read on must not be thrown back to the beginning.
  const fresh = useCallback(() => items.length <= PAGE && reload(), [items.length, reload])
  usePolled({ reload: fresh as () => void }, 5000)
  const act = useAct()
  const [isSaving, setSaving] = useState(false)
  const save = async () => {
    setSaving(true)
    await act(() =>
      saveRecords(
        {
          ...range,
          ...(q !== '' && { q }),
          ...(lineId && { lineId }),
          ...(recipeId && { recipeId }),
          ...(state && { state }),
        },
        language,
      ),
    )
    setSaving(false)
  }
  const columns = useMemo(() => recordColumns(t, language), [t, language])

  return (
    <Page fill title={t('bench.title')} tag={<BenchTabs at="records" />}>
      <YieldPanel
        report={report}
        range={range}
        period={period}
        onPeriod={setPeriod}
        groupBy={groupBy}
        onGroup={setGroup}
        values={<ValuesView recipes={recipes.data?.items ?? []} range={range} lineId={lineId} />}
      />
      <SharedSerials
        onChoose={(serial) => {
          setPeriod({ span: 'custom', from: '', to: '' })
          setQ(serial)
        }}
      />
      <section className="panel fill">
        <div className="toolbar">
          <Select
            allowClear
            className="records-filter"
            placeholder={t('bench.records.allStates')}
            aria-label={t('bench.records.result')}
            value={state}
            onChange={setState}
            options={recordStates.map((value) => ({ value, label: t(`bench.records.states.${value}`) }))}
            data-testid="records-state"
          />
          <Select
            allowClear
            className="records-filter"
            placeholder={t('bench.records.allLines')}
            aria-label={t('bench.records.groupBy.line')}
            value={lineId}
            onChange={setLine}
            options={lines.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Select
            allowClear
            className="records-filter"
            placeholder={t('bench.records.allRecipes')}
            aria-label={t('bench.records.groupBy.recipe')}
            value={recipeId}
            onChange={setRecipe}
            options={recipes.data?.items.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <div className="toolbar-end">
            <Button
              icon={<DownloadOutlined />}
              loading={isSaving}
              disabled={items.length === 0}
              onClick={save}
              data-testid="records-export"
            >
              {t('bench.records.exportRecords')}
            </Button>
            <SearchBox value={q} onChange={setQ} placeholder={t('bench.records.search')} testId="records-search" />
          </div>
        </div>
        <PagedTable
          list={list}
          label={t('bench.records.table')}
          testId="records-table"
          columns={columns}
          rowHeight={52}
          onOpen={open}
          activeId={openId ?? undefined}
          rowLabel={({ serial, unit }) => serial ?? unit ?? t('bench.records.unknownUnit')}
          empty={
            <Empty icon={<HistoryOutlined />} title={t('bench.records.none')} hint={t('bench.records.noneHint')} />
          }
        />
      </section>
      <RecordDrawer id={openId} onClose={close} />
    </Page>
  )
}
