import { pause } from '../pause.ts'
import { type FormerUnit, isArrival } from './arrival.ts'
import type { BenchContext } from './bench-context.ts'
import type { Identify, Presence } from './identify.ts'
import { unitOf } from './identify.ts'
import type { LineService } from './line-store.ts'
import { isPortFault } from './port-faults.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'
import type { RunScheduler } from './run-scheduler.ts'
import type { RunRow } from './run-store.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

/** Time between two probes of an empty slot. */
const GAP_MS = 300
/** Time between two probes while the unit of the last run may still be in the slot: each one resets it. */
const KEPT_MS = 1500
/** A unit that makes contact at this moment answers with errors; this many in a row are a unit that cannot be identified. */
const UNCLEAR = 2

/** How a unit that makes contact is flashed. */
interface ContactOrder {
  /** Left out: the line's recipe. */
  readonly recipeId?: number | undefined
  readonly operator: string | null
  readonly serial: string | null
  /** The unit that is taken out first. */
  readonly former?: FormerUnit
}

interface Deps {
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly slotStates: SlotStates
  readonly identification: Identify
  readonly scheduler: RunScheduler
}

/** Slots that wait for a unit to make contact: each is asked until a chip answers, and then starts by itself. */
export const createContact = ({ clock, logger }: BenchContext, deps: Deps) => {
  const { lines, recipes, slotStates, identification, scheduler } = deps
  let stopped = false
  /** The latest run of each slot that was started by contact, to count those of one unit. */
  const latest = new Map<number, FormerUnit>()

  /** The recipe of the order as it is now; undefined: it is gone. */
  const recipeOf = (slotState: SlotState, { recipeId }: ContactOrder): RecipeRow | undefined => {
    const id = recipeId ?? lines.row(slotState.slot.lineId).recipeId
    return id === null ? undefined : recipes.find(id)
  }

  const look = async (slotState: SlotState, recipe: RecipeRow): Promise<Presence> =>
    slotState.port ? identification.probe(slotState, recipe) : { kind: 'nobody', code: 'NO_UNIT', data: {} }

  /** Asks until somebody new answers; undefined: nobody did in time. */
  const arrival = async (
    slotState: SlotState,
    order: ContactOrder,
    signal: AbortSignal,
    until: number,
  ): Promise<{ readonly recipe: RecipeRow; readonly presence: Presence } | undefined> => {
    let silences = 0
    let unclear = 0
    let kept = order.former !== undefined
    for (;;) {
      await pause(clock, kept ? KEPT_MS : GAP_MS, signal).catch(() => undefined)
      if (signal.aborted || slotState.run || clock.now() >= until) return undefined
      const recipe = recipeOf(slotState, order)
      if (!recipe || !identification.canProbe(recipe)) return undefined
      const presence = await look(slotState, recipe)
      if (signal.aborted || slotState.run) return undefined
      if (presence.kind === 'nobody' || presence.kind === 'stopped') {
        silences += 1
        unclear = 0
        kept = kept && silences < 2
        continue
      }
      if (presence.kind === 'unclear') {
        if (isPortFault(presence.code)) {
          slotState.trouble = { code: presence.code, data: presence.data }
          slotStates.changed(slotState)
          continue
        }
        unclear += 1
        if (unclear < UNCLEAR) continue
      }
      const unit =
        presence.kind === 'identified'
          ? unitOf(presence.identity, slotState.port, null, recipe.content.expect).id
          : null
      if (isArrival(order.former, unit, silences)) return { recipe, presence }
      silences = 0
      kept = true
    }
  }

  const carryOut = async (
    slotState: SlotState,
    order: ContactOrder,
    signal: AbortSignal,
    until: number,
  ): Promise<void> => {
    const found = await arrival(slotState, order, signal, until)
    if (signal.aborted) return
    slotState.waiting = undefined
    slotStates.changed(slotState)
    if (!found) return
    const { recipe, presence } = found
    identification.note(slotState, recipe, presence)
    const serial = slotState.scanned ?? order.serial
    const startsItself = lines.startsItself(slotState.slot.lineId, recipe)
    // The scan starts it.
    if (startsItself && recipe.content.expect.serial && serial === null) return
    await scheduler.begin([{ slotState, recipe, serial, operator: order.operator, again: false }])
  }

  const stop = async (slotState: SlotState): Promise<void> => {
    const { waiting } = slotState
    if (!waiting) return
    waiting.controller.abort()
    slotState.waiting = undefined
    slotStates.changed(slotState)
    await identification.stop(slotState)
    await waiting.done
  }

  /** Waits as long as the line says; a wait that goes on begins anew. */
  const wait = (slotState: SlotState, order: ContactOrder): void => {
    const { waitForContact } = lines.row(slotState.slot.lineId)
    if (stopped || waitForContact === 0 || slotState.run) return
    const before = stop(slotState)
    const controller = new AbortController()
    const until = clock.now() + waitForContact * 1000
    const done = before
      .then(() => carryOut(slotState, order, controller.signal, until))
      .catch((error: unknown) => logger.error({ err: error }, 'a slot could not wait for contact'))
      .finally(() => {
        if (slotState.waiting?.controller !== controller) return
        slotState.waiting = undefined
        slotStates.changed(slotState)
      })
    slotState.waiting = { until, controller, done }
    slotStates.changed(slotState)
  }

  return {
    wait,
    stop,

    /** On a line that starts by itself, waits for the unit that comes after this run. */
    next(slotState: SlotState, run: RunRow): void {
      const { lineId } = slotState.slot
      const { recipeId, waitForContact, operator } = lines.row(lineId)
      const recipe = recipeId === null ? undefined : recipes.find(recipeId)
      const { unit, state } = run
      if (waitForContact === 0 || !recipe || !lines.startsItself(lineId, recipe)) return
      if (state === 'waiting' || state === 'running' || state === 'cancelled') return
      const before = latest.get(slotState.slot.id)
      const runs = before && before.unit === unit ? before.runs + 1 : 1
      const former: FormerUnit = { unit, state, runs }
      latest.set(slotState.slot.id, former)
      wait(slotState, { operator, serial: null, former })
    },

    /** Stops every wait of a line. */
    async stopLine(lineId: number): Promise<void> {
      await Promise.all(slotStates.ofLine(lineId).map(stop))
    },

    /** The station ends: nothing waits any more. */
    async stopAll(): Promise<void> {
      stopped = true
      await Promise.all(slotStates.all().map(stop))
    },
  }
}

export type Contact = ReturnType<typeof createContact>
