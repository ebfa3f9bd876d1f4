import type { BarSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { GridComponentOption, MarkLineComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { useEffect, useState } from 'react'
import type { ValueDetail } from '#shared/schema.ts'
import { go } from '../../../app/router.ts'
import { Chart } from '../../../components/chart.tsx'
import { type ChartColours, chartColours } from '../../../components/chart-colours.ts'
import { formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { useDark } from '../../../theme/theme-store.ts'

type Option = ComposeOption<
  BarSeriesOption | ScatterSeriesOption | GridComponentOption | MarkLineComponentOption | TooltipComponentOption
>

const axis = (look: ChartColours) => ({
  axisLine: { lineStyle: { color: look.line } },
  axisTick: { show: false },
  axisLabel: { color: look.secondary, hideOverlap: true },
  splitLine: { lineStyle: { color: look.line } },
})

const common = (look: ChartColours) => ({
  animation: look.moving,
  textStyle: { color: look.secondary, fontFamily: look.font },
  grid: {
    left: 4,
    right: 26,
    top: 22,
    bottom: 2,
    outerBoundsMode: 'same' as const,
    outerBoundsContain: 'axisLabel' as const,
  },
  tooltip: {
    trigger: 'item' as const,
    backgroundColor: look.panel,
    borderColor: look.line,
    textStyle: { color: look.ink, fontSize: 12 },
  },
})

/** The limits as lines across a chart, each with its number. */
const limitLines = ({ min, max }: ValueDetail, look: ChartColours, along: 'xAxis' | 'yAxis') => ({
  silent: true,
  symbol: 'none',
  animation: false,
  lineStyle: { color: look.failed, type: 'dashed' as const, width: 1.5 },
  label: { color: look.failed, fontSize: 11, formatter: '{c}', position: 'end' as const },
  data: [min, max].flatMap((limit) =>
    limit === null ? [] : [along === 'xAxis' ? { xAxis: limit } : { yAxis: limit }],
  ),
})

/** An axis holds the limits as well, so that how far away they are is seen. */
const reach = ({ min, max, lowest, highest }: ValueDetail) => {
  const ends = [min, max, lowest, highest].filter((end) => end !== null)
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const margin = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1
  const round = (end: number): number => Number(end.toPrecision(4))
  return { min: round(low - margin), max: round(high + margin) }
}

const isBeyond = ({ from, to }: ValueDetail['bars'][number], { min, max }: ValueDetail): boolean =>
  (max !== null && from >= max && from !== to) || (min !== null && to <= min && from !== to)

const distribution = (detail: ValueDetail, look: ChartColours): Option => {
  return {
    ...common(look),
    xAxis: { type: 'value', ...axis(look), splitLine: { show: false }, ...reach(detail) },
    yAxis: { type: 'value', minInterval: 1, ...axis(look) },
    series: {
      type: 'bar',
      barWidth: detail.bars.length === 1 ? 12 : '94%',
      data: detail.bars.map((bar) => ({
        value: [(bar.from + bar.to) / 2, bar.count],
        name: bar.from === bar.to ? String(bar.from) : `${bar.from} … ${bar.to}`,
        itemStyle: { color: isBeyond(bar, detail) ? look.failed : look.running },
      })),
      tooltip: { formatter: ({ name, value }) => `${name}<br><b>${Array.isArray(value) ? value[1] : value}</b>` },
      markLine: limitLines(detail, look, 'xAxis'),
    },
  }
}

const trend = (detail: ValueDetail, look: ChartColours, timeOf: (iso: string) => string): Option => ({
  ...common(look),
  xAxis: { type: 'time', ...axis(look), splitLine: { show: false } },
  yAxis: { type: 'value', ...axis(look), ...reach(detail) },
  series: {
    type: 'scatter',
    symbolSize: 6,
    cursor: 'pointer',
    data: detail.trend.map(({ at, value, good }) => ({
      value: [at, value],
      itemStyle: { color: good ? look.running : look.failed },
    })),
    tooltip: {
      formatter: ({ value }) => {
        const [at, reading] = Array.isArray(value) ? value : []
        return `${timeOf(String(at))}<br><b>${reading}${detail.unit === null ? '' : ` ${detail.unit}`}</b>`
      },
    },
    markLine: limitLines(detail, look, 'yAxis'),
  },
})

/** Histogram and trend of one measured value, with its limits; a point of the trend opens its record. */
export const ValueCharts = ({ detail }: { detail: ValueDetail }) => {
  const t = useTexts()
  const language = useLanguage()
  const dark = useDark()
  const [options, setOptions] = useState<{ distribution: Option; trend: Option }>()
  // Runs after the theme is applied, because it reads the colours from the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides what is read
  useEffect(() => {
    const look = chartColours()
    setOptions({
      distribution: distribution(detail, look),
      trend: trend(detail, look, (iso) => formatDateTime(iso, language)),
    })
  }, [detail, language, dark])
  if (options === undefined) return null
  return (
    <>
      <section>
        <h3>{t('bench.records.values.distribution')}</h3>
        <Chart option={options.distribution} label={t('bench.records.values.distribution')} />
      </section>
      <section>
        <h3 title={t('bench.records.values.pick')}>
          {t('bench.records.values.trend', { count: detail.trend.length })}
        </h3>
        <Chart
          option={options.trend}
          label={t('bench.records.values.trend', { count: detail.trend.length })}
          onPick={(index) => {
            const point = detail.trend[index]
            if (point) go('bench', `records/${point.recordId}`)
          }}
        />
      </section>
    </>
  )
}
