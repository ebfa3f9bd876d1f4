import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { BenchTrouble, RecipeCheckResult } from '#shared/schema.ts'
import { targets } from '#shared/targets/index.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { StateWord } from '../../../components/state-label.tsx'
import { failureText } from '../../../components/status-text.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { troubleText } from '../reason-text.ts'
import { hex } from './address.ts'
import { AddressMap } from './address-map-view.tsx'
import { CheckedImages, CheckedPartitions } from './checked-content.tsx'
import { erasableOf, withErased } from './erase-partition.ts'
import { inputOf, type RecipeDraft } from './recipe-draft.ts'
import { writingFaults } from './recipe-faults.ts'

const PAUSE_MS = 350

/** The input after a pause in typing. */
const useSettled = (value: string): string => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

interface TroublesProps {
  items: readonly BenchTrouble[]
  tone: 'failed' | 'person'
  onErase?: (label: string) => void
}

const Troubles = ({ items, tone, onErase }: TroublesProps) => {
  const t = useTexts()
  const language = useLanguage()
  const eraseButton = (item: BenchTrouble) => {
    const label = erasableOf(item)
    if (label === undefined || onErase === undefined) return null
    return (
      <Button size="small" onClick={() => onErase(label)} data-testid={`dry-erase-${label}`}>
        {t('bench.recipes.dry.erase', { label })}
      </Button>
    )
  }
  return items.map((item, index) => (
    <p
      // biome-ignore lint/suspicious/noArrayIndexKey: one code may come twice
      key={`${item.code}${index}`}
      className="note dry-note"
      data-tone={tone}
    >
      {tone === 'failed' ? '✕' : '!'} {troubleText(item, language)} {eraseButton(item)}
    </p>
  ))
}

interface DryCheckProps {
  draft: RecipeDraft
  /** For a saved recipe: its own files may be used. */
  recipeId: number | undefined
  /** What the build said from which the draft was filled. */
  notes: readonly BenchTrouble[]
  onChange: (change: (draft: RecipeDraft) => RecipeDraft) => void
}

/** What the recipe would write, and its problems, updated during typing; no unit is touched. */
export const DryCheck = ({ draft, recipeId, notes, onChange }: DryCheckProps) => {
  const t = useTexts()
  const language = useLanguage()
  const blank = draft.images.length === 0
  const faulty = writingFaults(draft).length > 0
  const { target, options, images, unitData, expect: { chip, minFlashSize } = {} } = inputOf(draft)
  const expect = { ...(chip !== undefined && { chip }), ...(minFlashSize !== undefined && { minFlashSize }) }
  const question = blank || faulty ? '' : JSON.stringify({ target, options, images, unitData, expect })
  const settled = useSettled(question)
  const asked = question === '' || settled === '' ? null : settled
  const check = useQuery(asked, (signal) =>
    client.bench.check({ recipeId, recipe: { name: '-', target, options, images, unitData, expect } }, { signal }),
  )
  // The previous answer stays until the next one arrives, so that the page does not jump during typing.
  const last = useRef<RecipeCheckResult | undefined>(undefined)
  if (check.data !== undefined) last.current = check.data
  const result = blank ? undefined : (check.data ?? last.current)
  const waiting = !blank && !faulty && (question !== settled || check.loading)
  const addressed = !['none', 'given'].includes(targets[target].address.kind)

  const head = () => {
    if (blank) return <p className="secondary">{t('bench.recipes.dry.nothing')}</p>
    if (faulty) return <p className="secondary">{t('bench.recipes.dry.faulty')}</p>
    if (check.failure !== undefined)
      return (
        <p className="note dry-note" data-tone="failed" role="alert">
          {failureText(check.failure, language, t)}
        </p>
      )
    if (result === undefined) return <p className="secondary">{t('bench.recipes.dry.checking')}</p>
    return (
      <p>
        {result.ok ? (
          <StateWord look={{ tone: 'passed', glyph: '✓' }}>
            {result.chip === null
              ? t('bench.recipes.dry.ok')
              : t('bench.recipes.dry.okFor', { chip: result.chip.toUpperCase() })}
          </StateWord>
        ) : (
          <StateWord look={{ tone: 'failed', glyph: '✕' }}>{t('bench.recipes.dry.broken')}</StateWord>
        )}
      </p>
    )
  }
  return (
    <section
      className="panel dry"
      aria-live="polite"
      aria-busy={waiting}
      data-testid="dry-check"
      data-ok={!waiting && !faulty ? result?.ok : undefined}
    >
      <header>
        <h2>{t('bench.recipes.dry.title')}</h2>
        <span className="secondary small">{t('bench.recipes.dry.hint')}</span>
      </header>
      {head()}
      {!faulty && check.failure === undefined && result !== undefined && (
        <div className="dry-body" data-stale={waiting}>
          <Troubles items={result.problems} tone="failed" />
          <Troubles
            items={result.warnings}
            tone="person"
            onErase={(label) => onChange((before) => withErased(before, label))}
          />
          <Troubles items={notes} tone="person" />
          {result.regions.length > 0 && (
            <>
              {addressed && <AddressMap regions={result.regions} />}
              <ol className="dry-regions">
                {result.regions.map(({ address, size, name, role }, index) => (
                  <li key={`${address}${name}`}>
                    <i className="swatch" data-index={index % 6} />
                    <span className="dry-name" title={name}>
                      {name}
                      {role !== undefined && (
                        <span className="secondary"> · {t(`bench.recipes.dry.roles.${role}`)}</span>
                      )}
                    </span>
                    <span className="secondary">{formatBytes(size, language)}</span>
                    {addressed && (
                      <span className="mono small dry-range">
                        {hex(address)} – {hex(address + size - 1)}
                      </span>
                    )}
                  </li>
                ))}
              </ol>
              <p className="secondary small">
                {addressed
                  ? t('bench.recipes.dry.total', {
                      bytes: formatBytes(result.totalBytes, language),
                      count: result.regions.length,
                    })
                  : t('bench.recipes.dry.stream', { bytes: formatBytes(result.totalBytes, language) })}
              </p>
            </>
          )}
          <CheckedImages images={result.images} />
          <CheckedPartitions partitions={result.partitions} />
        </div>
      )}
    </section>
  )
}
