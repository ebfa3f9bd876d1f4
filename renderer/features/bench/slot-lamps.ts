import type { Run, Slot } from '#shared/schema.ts'
import type { SlotLamp } from '#shared/states/slot.ts'
import type { Look } from '../../components/tones.ts'

/** How each lamp looks; while a run works the card shows its percentage in the glyph's place. */
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

/** Lamps whose phase has bytes that are counted. */
const counted: readonly SlotLamp[] = ['erasing', 'writing', 'verifying']

/** Percent of the phase under way; undefined where the lamp stands for itself. */
export const percentOf = ({ lamp, run }: Slot): number | undefined =>
  run?.state === 'running' && counted.includes(lamp) && (run.progress > 0 || lamp === 'writing')
    ? run.progress
    : undefined

/** Whether the run in a slot may be stopped. */
export const isBusy = ({ run }: Slot): boolean => run?.state === 'running' || run?.state === 'waiting'

/** A unit's id as it is printed on its label: `A0:76:4E:1B:22:01`; longer ones in fours. */
export const unitLabel = (id: string): string => {
  if (/^[0-9a-f]{12}$/i.test(id)) return (id.toUpperCase().match(/../g) ?? []).join(':')
  if (/^[0-9a-f]{16,}$/i.test(id)) return (id.toUpperCase().match(/.{1,4}/g) ?? []).join(' ')
  return id
}

/** The two ends of a long id, by which boards side by side are told apart. */
const shortened = (id: string): string =>
  /^[0-9a-f]{16,}$/i.test(id) ? `${id.slice(0, 4).toUpperCase()}…${id.slice(-6).toUpperCase()}` : unitLabel(id)

/** Who stands in a slot, in the fewest characters: what was scanned before what the chip says. */
export const unitOf = ({ run, unit, scanned }: Slot): string | undefined => {
  const id = scanned ?? run?.serial ?? unit?.serial ?? unit?.id ?? run?.unit ?? undefined
  return id === undefined ? undefined : shortened(id)
}

/** Milliseconds that a run has taken until now; undefined before it began. */
export const tookMs = (run: Pick<Run, 'startedAt' | 'finishedAt'> | null, now: number): number | undefined => {
  if (run?.startedAt == null) return undefined
  return (run.finishedAt === null ? now : Date.parse(run.finishedAt)) - Date.parse(run.startedAt)
}
