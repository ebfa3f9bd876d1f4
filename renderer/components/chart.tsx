import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import type { EChartsCoreOption } from 'echarts/core'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

// Only the parts in use are imported: the whole library is three times as large.
use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
])

interface ChartProps {
  option: EChartsCoreOption
  /** Describes the chart for a screen reader; its numbers stand in a table beside it. */
  label: string
  /** Called with the position of a chosen point in its series. */
  onPick?: ((index: number) => void) | undefined
}

/** One chart, as large as its place. Import it lazily: the library is half as large as the whole screen. */
export const Chart = ({ option, label, onPick }: ChartProps) => {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<ReturnType<typeof init> | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const made = init(element, null, { renderer: 'canvas' })
    chart.current = made
    made.on('click', ({ dataIndex }) => pick.current?.(dataIndex))
    const sizes = new ResizeObserver(() => made.resize())
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option])
  return <div className="chart" ref={place} role="img" aria-label={label} />
}
