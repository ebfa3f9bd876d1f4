import { Segmented } from 'antd'
import { go } from '../../app/router.ts'
import { useTexts } from '../../i18n/i18n.ts'

type BenchTab = 'lines' | 'recipes' | 'records'

/** The three tabs of the bench: lines, recipes, records. */
export const BenchTabs = ({ at }: { at: BenchTab }) => {
  const t = useTexts()
  return (
    <Segmented
      value={at}
      onChange={(tab) => go('bench', tab === 'lines' ? '' : tab)}
      options={(['lines', 'recipes', 'records'] as const).map((tab) => ({ value: tab, label: t(`bench.tabs.${tab}`) }))}
      data-testid="bench-tabs"
    />
  )
}
