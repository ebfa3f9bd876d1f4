import { isoTime } from '../../platform/store/pagination.ts'
import type { Identity } from '../flasher.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { type Identify, unitOf } from './identify.ts'
import { checkGuards, matchChip } from './pre-checks.ts'
import type { RecipeRow } from './recipe-store.ts'
import type { RunRow, RunStore } from './run-store.ts'
import type { SerialNumbers } from './serial-numbers.ts'
import { givesNumbers } from './serial-source.ts'
import { type SerialStore, scopeOf } from './serial-store.ts'
import type { ActiveRun, SlotState, SlotStates } from './slot-state.ts'

interface Deps {
  readonly slotStates: SlotStates
  readonly runs: RunStore
  readonly identification: Identify
  readonly serials: SerialStore
  readonly numbers: SerialNumbers
}

/** What stands between a unit and its first erase: who it is, whether another slot or run has it, and its serial number. */
export const createRunGuards = (context: BenchContext, options: BenchOptions, deps: Deps) => {
  const { store, clock, events } = context
  const { slotStates, runs, identification, serials, numbers } = deps

  /** Label of another slot that has this unit. Numbers are kept apart by the store. */
  const twinOf = (slotState: SlotState, unit: string | null): string | undefined =>
    slotStates.all().find((other) => {
      // The unit of an ended run may be elsewhere by now: an adapter stays plugged in when its board is removed.
      if (other === slotState || (!other.run && other.lamp !== 'identified')) return false
      return unit !== null && (other.run ? other.run.unit : other.unit?.id) === unit
    })?.slot.label

  /** Asks the slots again in which this unit was seen before: it may have been moved, while their adapters stayed plugged in. */
  const askSeen = async (slotState: SlotState, recipe: RecipeRow, unit: string | null): Promise<void> => {
    if (unit === null || !identification.canProbe(recipe)) return
    const seen = slotStates
      .all()
      .filter((other) => other !== slotState && !other.run && other.lamp === 'identified' && other.unit?.id === unit)
    await Promise.all(seen.map((other) => identification.askAnew(other, recipe)))
  }

  /** Checks the guards right before the first erase, with the identity read then. @throws Refusal. */
  const guard = (
    slotState: SlotState,
    active: ActiveRun,
    run: RunRow,
    recipe: RecipeRow,
    atPlugIn: string | undefined,
    identity: Identity,
  ): Promise<void> => {
    const { expect } = recipe.content
    const { serial } = active
    const { parts } = options.family(recipe.content.target).facts
    const unit = unitOf(identity, slotState.port, serial, expect)
    slotState.unit = unit
    const scope = scopeOf(recipe)
    const known = unit.id !== null && unit.id !== serial
    const done = unit.id === null || run.again ? undefined : runs.passedAt(unit.id, recipe.id, recipe.version)
    checkGuards({
      identity,
      atPlugIn,
      unit: unit.id,
      serial,
      port: slotState.port,
      expect,
      parts,
      twin: twinOf(slotState, unit.id),
      doneAt: done === undefined ? undefined : isoTime(done),
      knownSerial: known && unit.id !== null ? serials.current(scope, unit.id)?.serial : undefined,
    })
    const chip = expect.chip === undefined ? undefined : matchChip(identity, expect.chip, parts).told
    if (chip !== undefined)
      slotState.run?.log.push({ at: isoTime(clock.now()), level: 'info', words: `expected ${expect.chip}: ${chip}` })
    // Claimed in the same turn, so that of two slots with one unit the second is refused.
    active.unit = unit.id
    const { id } = unit
    if (serial === null || id === null) return Promise.resolve()
    // On the disk before anything is erased, so that the number is this unit's whatever happens then.
    return store
      .write(() => serials.claim({ scope, serial, unit: id, runId: run.id }))
      .then(() => numbersChanged(scope))
  }

  /** Lines whose recipe gives numbers show the next one. */
  const numbersChanged = (scope: number): void => {
    for (const lineId of numbers.linesOf(scope)) events.emit('line', lineId)
  }

  /** The number for the unit of a run; the record and the screen show it from then on. @throws Refusal. */
  const serialFor = async (
    slotState: SlotState,
    active: ActiveRun,
    recipe: RecipeRow,
    unit: string | undefined,
  ): Promise<string | null> => {
    if (!givesNumbers(recipe)) return active.serial
    const usb = recipe.content.expect.usbSerialIsUnit ? slotState.port?.serialNumber : undefined
    const serial = numbers.forUnit(slotState, recipe, active, unit ?? usb ?? null)
    if (serial !== active.serial) {
      active.serial = serial
      await store.write(() => runs.update(active.id, { serial }))
      events.emit('run', active.id)
    }
    return serial
  }

  return { guard, askSeen, serialFor, numbersChanged }
}
