import type { UnitRecord } from '#shared/schema.ts'
import type { Look } from '../../../components/tones.ts'

/** The look of each result, the same as the slot's lamp. */
export const recordLooks: Readonly<Record<UnitRecord['state'], Look>> = {
  passed: { tone: 'passed', glyph: '✓' },
  failed: { tone: 'failed', glyph: '✕' },
  refused: { tone: 'person', glyph: '!' },
  cancelled: { tone: 'idle', glyph: '⊘' },
}

export const recordStates = [
  'passed',
  'failed',
  'refused',
  'cancelled',
] as const satisfies readonly UnitRecord['state'][]
