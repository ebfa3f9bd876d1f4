import type { FlashPhase } from '../flashing.ts'
import type { RunState } from './run.ts'
import type { TransitionTable } from './transition-table.ts'

/**
 * The lamp of a slot. `present`: something unidentified is plugged in; `cancelled`: stopped by an operator, the unit may be partly
 * written.
 */
export const slotLamps = [
  'empty',
  'present',
  'identifying',
  'identified',
  'erasing',
  'writing',
  'verifying',
  'checking',
  'pass',
  'fail',
  'refused',
  'cancelled',
] as const
export type SlotLamp = (typeof slotLamps)[number]

const ends = ['pass', 'fail', 'refused', 'cancelled'] as const satisfies readonly SlotLamp[]
const working = ['identifying', 'erasing', 'writing', 'verifying', 'checking'] as const satisfies readonly SlotLamp[]

const others = (own: SlotLamp, ...lamps: readonly SlotLamp[]): readonly SlotLamp[] =>
  lamps.filter((lamp) => lamp !== own)

/**
 * A slot's lamp. During a run the lamp follows the phase (the order depends on the family; a verify may precede the next erase). The
 * result of a run stays lit after the unit is removed, until the next one is plugged in.
 */
export const slotTransitions: TransitionTable<SlotLamp> = {
  empty: ['present', 'identifying', ...ends.filter((end) => end !== 'pass')],
  present: ['empty', ...working, 'fail', 'refused', 'cancelled'],
  identifying: ['empty', 'present', 'identified', ...others('identifying', ...working), ...ends],
  identified: ['empty', 'present', ...working, 'fail', 'refused', 'cancelled'],
  erasing: [...others('erasing', ...working), ...ends],
  writing: [...others('writing', ...working), ...ends],
  verifying: [...others('verifying', ...working), ...ends],
  checking: [...others('checking', ...working), ...ends],
  pass: ['present', 'empty', ...working, 'fail', 'refused', 'cancelled'],
  fail: ['present', 'empty', ...working, 'refused', 'cancelled'],
  refused: ['present', 'empty', ...working, 'fail', 'cancelled'],
  cancelled: ['present', 'empty', ...working, 'fail', 'refused'],
}

/** An event of a slot. */
export type SlotEvent =
  | { readonly kind: 'plugged' }
  | { readonly kind: 'unplugged' }
  | { readonly kind: 'identifying' }
  /** The slot is asked which unit is in it now: what is known of the unit before no longer holds. */
  | { readonly kind: 'asked' }
  /** Nobody answered. */
  | { readonly kind: 'absent' }
  /** `known`: the unit was identified. */
  | { readonly kind: 'identified'; readonly known: boolean }
  | { readonly kind: 'phase'; readonly phase: FlashPhase }
  | { readonly kind: 'ended'; readonly state: Exclude<RunState, 'waiting' | 'running'> }
  /** An operator cleared the lamp. */
  | { readonly kind: 'cleared'; readonly present: boolean }

/** The lamp of each phase. */
export const phaseLamps: Readonly<Record<FlashPhase, SlotLamp>> = {
  connecting: 'identifying',
  identifying: 'identifying',
  erasing: 'erasing',
  writing: 'writing',
  verifying: 'verifying',
  resetting: 'checking',
  pressReset: 'checking',
  checking: 'checking',
}

const endLamps: Readonly<Record<Extract<SlotEvent, { kind: 'ended' }>['state'], SlotLamp>> = {
  passed: 'pass',
  failed: 'fail',
  refused: 'refused',
  cancelled: 'cancelled',
}

const isEnd = (lamp: SlotLamp): boolean =>
  lamp === 'pass' || lamp === 'fail' || lamp === 'refused' || lamp === 'cancelled'

/** The lamp after an event; `running`: whether a run occupies the slot; then only the run changes the lamp. */
export const lampAfter = (lamp: SlotLamp, event: SlotEvent, running: boolean): SlotLamp => {
  switch (event.kind) {
    case 'plugged':
      return running ? lamp : 'present'
    case 'unplugged':
      return running || isEnd(lamp) ? lamp : 'empty'
    case 'identifying':
      return running || lamp === 'empty' ? lamp : 'identifying'
    case 'asked':
      return running ? lamp : 'identifying'
    case 'absent':
      return running ? lamp : 'empty'
    case 'identified':
      if (running || lamp !== 'identifying') return lamp
      return event.known ? 'identified' : 'present'
    case 'phase':
      return running && lamp !== 'empty' ? phaseLamps[event.phase] : lamp
    case 'ended':
      return running ? endLamps[event.state] : lamp
    case 'cleared':
      if (running || !isEnd(lamp)) return lamp
      return event.present ? 'present' : 'empty'
  }
}
