import { memo, type ReactNode } from 'react'
import { reasonHeadline } from '#shared/reason-headlines.ts'
import type { Slot } from '#shared/schema.ts'
import { useNow } from '../../components/use-now.ts'
import { formatDuration, formatPercent } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { firstSentence, headlineOf } from './reason-text.ts'
import { isBusy, lookOf, percentOf, tookMs, unitOf, waitsForReset } from './slot-lamps.ts'

/** The elapsed seconds of a run; only cards of running slots update every second. */
const RunProgress = ({ run }: { run: NonNullable<Slot['run']> }) => {
  const now = useNow()
  return formatDuration(tookMs(run, now) ?? 0)
}

const Took = ({ slot }: { slot: Slot }): ReactNode => {
  if (slot.run === null || slot.lamp === 'empty' || slot.lamp === 'present') return null
  if (slot.run.state === 'running') return <RunProgress run={slot.run} />
  const took = tookMs(slot.run, 0)
  return took === undefined || slot.run.finishedAt === null ? '—' : formatDuration(took)
}

/** What the slot is doing, or why it stopped, as text. */
const useStatusText = (slot: Slot, t: Translate): string => {
  const language = useLanguage()
  const { lamp, run, trouble } = slot
  const percent = percentOf(slot)
  if (lamp === 'fail' || lamp === 'refused') return (run && headlineOf(run, language)) ?? t(`bench.lamp.${lamp}`)
  if (run?.state === 'waiting') return t('bench.waiting')
  if (waitsForReset(slot)) return t('bench.pressReset')
  if (slot.waitsUntil !== null && (lamp === 'empty' || lamp === 'present')) return t('bench.waitsContact')
  if (lamp === 'present' && trouble !== null)
    return reasonHeadline(trouble.code, language) ?? firstSentence(trouble.message)
  const word = t(`bench.lamp.${lamp}`)
  return percent === undefined ? word : `${word} ${formatPercent(percent, language)}`
}

const underneath = (slot: Slot, t: Translate): string => {
  // The last unit has been removed; a barcode waits for the next one.
  if (slot.lamp === 'empty') return slot.scanned ?? t(slot.port === null ? 'bench.plugIn' : 'bench.noAnswer')
  if (slot.nextSerial !== null) return slot.nextSerial
  const unit = unitOf(slot)
  if (unit !== undefined) return unit
  return slot.port ?? ''
}

/** The ids of neighbouring boards differ at the end: this many last characters are never cut off. */
const TAIL = 8

interface SlotCardProps {
  slot: Slot
  onOpen: (slot: Slot) => void
}

/** A slot of the line: its lamp readable from two metres, its activity, its unit. */
export const SlotCard = memo(({ slot, onOpen }: SlotCardProps) => {
  const t = useTexts()
  const words = useStatusText(slot, t)
  const look = lookOf(slot)
  const percent = percentOf(slot)
  const unit = underneath(slot, t)
  return (
    <button
      type="button"
      className="slot"
      data-tone={look.tone}
      data-lamp={slot.lamp}
      data-testid={`slot-${slot.label}`}
      aria-label={`${slot.label}: ${words}${unit === '' ? '' : `, ${unit}`}`}
      onClick={() => onOpen(slot)}
    >
      <span className="slot-head">
        <b>
          {slot.label}
          {slot.waitsUntil !== null && (
            <span className="slot-waits" title={t('bench.waitsContact')}>
              {' '}
              ⟳
            </span>
          )}
        </b>
        <span>
          <Took slot={slot} />
        </span>
      </span>
      <span className="slot-lamp" data-kind={percent === undefined ? 'glyph' : 'number'} aria-hidden="true">
        {percent ?? look.glyph}
      </span>
      <span className="slot-words" title={words}>
        {words}
      </span>
      <span className="slot-unit" title={unit}>
        <span>{unit.slice(0, -TAIL)}</span>
        <span>{unit.slice(-TAIL)}</span>
      </span>
      <span className="slot-bar" aria-hidden="true">
        {isBusy(slot) && <i style={{ width: `${percent ?? 0}%` }} />}
      </span>
    </button>
  )
})
