import type { Language } from '#shared/languages.ts'
import { chartColours } from '../../../components/chart-colours.ts'
import { formatBytes, formatCount, formatPercent } from '../../../i18n/format.ts'
import type { Translate } from '../../../i18n/i18n.ts'
import type { ChartLook } from './chart-options.ts'

/** Distinguishable for users with red-green deficiency, on white and on black. */
const palettes = {
  light: ['#0f6bd8', '#11875a', '#dfa137', '#8b5cd6', '#1697a6'],
  dark: ['#4f9dfc', '#3cc48d', '#d69a3a', '#a98bf0', '#3fb6c6'],
} as const

/** The chart style of the current theme. */
export const chartLook = (t: Translate, language: Language, dark: boolean): ChartLook => ({
  ...chartColours(),
  palette: palettes[dark ? 'dark' : 'light'],
  words: {
    succeeded: t('reports.succeeded'),
    failed: t('reports.failed'),
    rate: t('reports.rate'),
    downloaded: t('reports.downloaded'),
    saved: t('deltas.chart.saved'),
    others: t('reports.otherVersions'),
  },
  count: (value) => formatCount(value, language),
  percent: (value) => formatPercent(value, language),
  bytes: (value) => formatBytes(value, language),
})
