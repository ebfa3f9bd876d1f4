import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { ModuleStatistics } from '#shared/schema.ts'
import type { ChartColours } from '../../../components/chart-colours.ts'
import { rateOf, versionSeries } from './chart-series.ts'

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>

/** The context of a chart: the colours of the theme, and texts and numbers in the chosen language. */
export interface ChartLook extends ChartColours {
  /** For versions, one each. */
  readonly palette: readonly string[]
  readonly words: Readonly<Record<'succeeded' | 'failed' | 'rate' | 'downloaded' | 'saved' | 'others', string>>
  readonly count: (value: number) => string
  readonly percent: (value: number) => string
  readonly bytes: (value: number) => string
}

type Days = ModuleStatistics['days']

const common = (days: Days, look: ChartLook) =>
  ({
    animation: look.moving,
    textStyle: { color: look.secondary, fontFamily: look.font },
    grid: { left: 8, right: 8, top: 34, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      icon: 'roundRect',
      itemWidth: 10,
      itemHeight: 10,
      textStyle: { color: look.secondary },
      pageTextStyle: { color: look.secondary },
    },
    tooltip: {
      trigger: 'axis',
      backgroundColor: look.panel,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
    },
    xAxis: {
      type: 'category',
      // The year is omitted, because it is this year for nearly all days.
      data: days.map(({ day }) => day.slice(5)),
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { color: look.secondary },
    },
  }) satisfies ChartOption

const numbers = (look: ChartLook, format: (value: number) => string) => ({
  type: 'value' as const,
  splitLine: { lineStyle: { color: look.line } },
  axisLabel: { color: look.secondary, formatter: format },
})

const numberOf = (value: unknown): number => Number(Array.isArray(value) ? value.at(-1) : value)

/** Upgrades that ended each day, and the percentage that succeeded. */
export const outcomeOption = (days: Days, look: ChartLook): ChartOption => ({
  ...common(days, look),
  yAxis: [
    { ...numbers(look, look.count), minInterval: 1 },
    { ...numbers(look, look.percent), min: 0, max: 100, splitLine: { show: false } },
  ],
  series: [
    {
      type: 'bar',
      name: look.words.succeeded,
      stack: 'ended',
      color: look.passed,
      barMaxWidth: 26,
      data: days.map(({ succeeded }) => succeeded),
      tooltip: { valueFormatter: (value) => look.count(numberOf(value)) },
    },
    {
      type: 'bar',
      name: look.words.failed,
      stack: 'ended',
      color: look.failed,
      barMaxWidth: 26,
      data: days.map(({ failed }) => failed),
      tooltip: { valueFormatter: (value) => look.count(numberOf(value)) },
    },
    {
      type: 'line',
      name: look.words.rate,
      yAxisIndex: 1,
      color: look.ink,
      lineStyle: { width: 1.5, type: 'dashed' },
      symbolSize: 5,
      connectNulls: true,
      data: days.map(rateOf),
      tooltip: {
        valueFormatter: (value) => (value === null || value === undefined ? '—' : look.percent(numberOf(value))),
      },
    },
  ],
})

/** Devices by reported version, at the end of each day. */
export const versionOption = (days: Days, look: ChartLook): ChartOption => ({
  ...common(days, look),
  yAxis: { ...numbers(look, look.count), minInterval: 1 },
  series: versionSeries(days).map(({ version, devices }, index) => ({
    type: 'bar',
    name: version ?? look.words.others,
    stack: 'devices',
    barCategoryGap: '12%',
    color: version === null ? look.idle : (look.palette[index % look.palette.length] ?? look.running),
    data: [...devices],
    tooltip: { valueFormatter: (value) => look.count(numberOf(value)) },
  })),
})

/** The distance of axis lines in bytes up to `most`: 1, 2 or 5 times a power of ten in a unit of 1024, at most five lines. */
export const byteStep = (most: number): number => {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, most)) / 10))
  const rough = most / unit / 5
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 0.1)))
  const step = [1, 2, 5, 10].find((times) => times * power >= rough) ?? 10
  return Math.max(1, step * power * unit)
}

/** Drawn hollow: these bytes were never sent. */
const savedBars = (days: Days, look: ChartLook): BarSeriesOption => ({
  type: 'bar',
  name: look.words.saved,
  stack: 'bytes',
  color: look.passed,
  itemStyle: { opacity: 0.45 },
  barMaxWidth: 26,
  data: days.map(({ bytesSaved }) => bytesSaved),
  tooltip: { valueFormatter: (value) => look.bytes(numberOf(value)) },
})

/** Bytes that devices downloaded each day, and bytes saved by deltas. */
export const volumeOption = (days: Days, look: ChartLook): ChartOption => {
  const most = Math.max(...days.map(({ bytesServed, bytesSaved }) => bytesServed + bytesSaved))
  const saves = days.some(({ bytesSaved }) => bytesSaved > 0)
  const interval = byteStep(most)
  return {
    ...common(days, look),
    yAxis: { ...numbers(look, look.bytes), interval, max: Math.max(1, Math.ceil(most / interval)) * interval },
    series: [
      {
        type: 'bar',
        name: look.words.downloaded,
        stack: 'bytes',
        color: look.running,
        barMaxWidth: 26,
        data: days.map(({ bytesServed }) => bytesServed),
        tooltip: { valueFormatter: (value) => look.bytes(numberOf(value)) },
      },
      ...(saves ? [savedBars(days, look)] : []),
    ],
  }
}
