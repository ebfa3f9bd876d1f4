import type { TFunction } from 'i18next'
import {
  type DeltaFormat,
  type DeviceClass,
  defaultFormatOf,
  defaultFormats,
  deltaFormats,
} from '#shared/delta-formats.ts'
import type { Language } from '#shared/languages.ts'
import type { Delta, FieldVersion, Module } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import type { Look } from '../../../components/tones.ts'
import { formatBytes, formatDecimal, formatPercent } from '../../../i18n/format.ts'

/** Formats that can be made here. */
export const madeFormats = deltaFormats.filter((format) => format !== 'custom')
export type MadeFormat = (typeof madeFormats)[number]

const looks: Readonly<Record<Delta['status'], Look>> = {
  queued: { tone: 'idle', glyph: '○' },
  running: { tone: 'running', glyph: '◔' },
  ready: { tone: 'passed', glyph: '✓' },
  failed: { tone: 'failed', glyph: '✕' },
}

/** The state of a delta: its glyph and the key of its text. One that an operator cancelled has not failed. */
export const diffState = (
  diff: Pick<Delta, 'status' | 'source' | 'error'>,
): { look: Look; word: Delta['status'] | 'checking' | 'cancelled' } => {
  if (diff.status === 'failed' && diff.error === 'DIFF_CANCELLED')
    return { look: { tone: 'idle', glyph: '⊘' }, word: 'cancelled' }
  const checking = diff.status === 'running' && diff.source === 'uploaded'
  return { look: looks[diff.status], word: checking ? 'checking' : diff.status }
}

/** A share of 0-1 in percent: whole numbers from ten on, one decimal below. */
export const shareText = (share: number, language: Language): string =>
  formatPercent(share >= 0.1 ? Math.round(share * 100) : share * 100, language)

/** Size compared with the full image: `34 KB · 10.6 % of the full image · saves 286 KB`; undefined while there is no file. */
export const sizeText = (
  { size, fullSize }: Pick<Delta, 'size' | 'fullSize'>,
  t: TFunction,
  language: Language,
): string[] | undefined => {
  if (size === null) return undefined
  const saved = fullSize - size
  return [
    formatBytes(size, language),
    t('deltas.ratio', { percent: shareText(fullSize === 0 ? 1 : size / fullSize, language) }),
    saved > 0 ? t('deltas.saved', { size: formatBytes(saved, language) }) : t('deltas.bigger'),
  ]
}

/** The source of the delta. */
export const originText = (diff: Delta, t: TFunction, language: Language): string[] =>
  [
    diff.source === 'uploaded'
      ? t('deltas.facts.uploaded')
      : diff.seconds !== null
        ? t('deltas.facts.generated', { seconds: formatDecimal(Math.max(0.1, diff.seconds), language) })
        : undefined,
    diff.base === null
      ? t('deltas.facts.noBase', { version: diff.fromVersion })
      : t(diff.base.kind === 'package' ? 'deltas.facts.fromPackage' : 'deltas.facts.fromUpload', {
          name: diff.base.name,
        }),
  ].filter((part) => part !== undefined)

/** Why it does not save enough, with figures, and what to do instead; undefined where it does. */
export const adviceText = (diff: Delta, t: TFunction, language: Language): string | undefined => {
  const { advice, size, fullSize } = diff
  if (advice === null || size === null || advice.kind === 'ok') return undefined
  const percent = shareText(fullSize === 0 ? 1 : size / fullSize, language)
  const why =
    advice.kind === 'full'
      ? t('deltas.advice.full', {
          compressed: formatBytes(advice.compressedSize, language),
          size: formatBytes(size, language),
        })
      : advice.container === null
        ? t('deltas.advice.compressedPlain', { percent })
        : t('deltas.advice.compressed', { container: advice.container, percent })
  return `${why}${texts[language].language.sentenceSeparator}${t('deltas.advice.auto')}`
}

/** The default format for a module. */
export const formatOf = (module: Pick<Module, 'deviceClass' | 'ramBytes'> | undefined): DeltaFormat =>
  module === undefined ? defaultFormats.linux : defaultFormatOf(module.deviceClass, module.ramBytes)

/** Why it is the default. */
export const becauseText = (
  module: { deviceClass: DeviceClass; ramBytes: number | null },
  t: TFunction,
  language: Language,
): string => {
  const name = t(`deltas.classes.${module.deviceClass}`)
  return formatOf(module) === 'detools' && module.ramBytes !== null
    ? t('deltas.make.becauseRam', { class: name, ram: formatBytes(module.ramBytes, language) })
    : t('deltas.make.because', { class: name })
}

/** Versions preselected at first: those that devices report, with an image here and no delta yet. */
export const wantedVersions = (versions: readonly FieldVersion[]): string[] =>
  versions
    .filter(({ devices, obstacle, diffIds }) => devices > 0 && obstacle === null && diffIds.length === 0)
    .map(({ version }) => version)
