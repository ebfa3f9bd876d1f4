import type { Run, Slot } from '#shared/schema.ts'
import type { SlotLamp } from '#shared/states/slot.ts'
import type { Look } from '../../components/tones.ts'

/** The look of each lamp; during a run the card shows the percentage instead of the glyph. */
export const lampLooks: Readonly<Record<SlotLamp, Look>> = {
  empty: { tone: 'idle', glyph: '•' },
  present: { tone: 'idle', glyph: '●' },
  identifying: { tone: 'running', glyph: '…' },
  identified: { tone: 'running', glyph: '◉' },
  erasing: { tone: 'running', glyph: '◔' },
  writing: { tone: 'running', glyph: '↓' },
  verifying: { tone: 'running', glyph: '◑' },
  checking: { tone: 'running', glyph: '◕' },
  pass: { tone: 'passed', glyph: '✓' },
  fail: { tone: 'failed', glyph: '✕' },
  refused: { tone: 'person', glyph: '!' },
  cancelled: { tone: 'idle', glyph: '⊘' },
}

/** Whether the run waits until somebody presses RESET on the unit. */
export const waitsForReset = ({ run }: Slot): boolean => run?.state === 'running' && run.phase === 'pressReset'

/** The look of a slot: its lamp's, unless a person has to act. */
export const lookOf = (slot: Slot): Look =>
  waitsForReset(slot) ? { tone: 'person', glyph: '!' } : lampLooks[slot.lamp]

/** Lamps of phases with a byte count. */
const counted: readonly SlotLamp[] = ['erasing', 'writing', 'verifying']

/** Percentage of the current phase; undefined for lamps without one. */
export const percentOf = ({ lamp, run }: Slot): number | undefined =>
  run?.state === 'running' && counted.includes(lamp) && (run.progress > 0 || lamp === 'writing')
    ? run.progress
    : undefined

/** Whether the run in a slot may be stopped. */
export const isBusy = ({ run }: Slot): boolean => run?.state === 'running' || run?.state === 'waiting'

/** A unit's id in the format of its label: `A0:76:4E:1B:22:01`; longer ids in groups of four. */
export const unitLabel = (id: string): string => {
  if (/^[0-9a-f]{12}$/i.test(id)) return (id.toUpperCase().match(/../g) ?? []).join(':')
  if (/^[0-9a-f]{16,}$/i.test(id)) return (id.toUpperCase().match(/.{1,4}/g) ?? []).join(' ')
  return id
}

/** Both ends of a long id, which distinguish neighbouring boards. */
const shortened = (id: string): string =>
  /^[0-9a-f]{16,}$/i.test(id) ? `${id.slice(0, 4).toUpperCase()}…${id.slice(-6).toUpperCase()}` : unitLabel(id)

/** The unit in a slot in its shortest form: the scanned code, or else the chip's id. */
export const unitOf = ({ run, unit, scanned }: Slot): string | undefined => {
  const id = scanned ?? run?.serial ?? unit?.serial ?? unit?.id ?? run?.unit ?? undefined
  return id === undefined ? undefined : shortened(id)
}

/** Milliseconds that a run has taken so far; undefined before its start. */
export const tookMs = (run: Pick<Run, 'startedAt' | 'finishedAt'> | null, now: number): number | undefined => {
  if (run?.startedAt == null) return undefined
  return (run.finishedAt === null ? now : Date.parse(run.finishedAt)) - Date.parse(run.startedAt)
}
