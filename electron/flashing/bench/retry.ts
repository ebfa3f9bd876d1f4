import { DomainError } from '#shared/errors.ts'
import { serialKey } from '#shared/serials.ts'
import { unknownIdentity } from '../flasher.ts'
import type { Contact } from './contact.ts'
import { type Identify, unitOf } from './identify.ts'
import type { LineService } from './line-store.ts'
import type { RecipeRow } from './recipe-store.ts'
import { type RunScheduler, wasTaken } from './run-scheduler.ts'
import type { RunRow, RunStore } from './run-store.ts'
import type { SlotState } from './slot-state.ts'

interface Deps {
  readonly lines: LineService
  readonly runs: RunStore
  readonly identification: Identify
  readonly scheduler: RunScheduler
  readonly contact: Contact
}

/** Who is in the slot, compared with the unit of the run: `unknown` may be it. */
type Found = 'same' | 'unknown' | 'other' | 'nobody'

const compared = (unit: string | null, now: string | null): Found =>
  unit === null || now === null ? 'unknown' : unit === now ? 'same' : 'other'

/** Repeats runs of the units that are still in their slots. Another unit gets a run of its own, and an empty slot gets none. */
export const createRetry = ({ lines, runs, identification, scheduler, contact }: Deps) => {
  /** Retries that still ask who is there, by run: two windows that press the same button get the same run. */
  const asking = new Map<number, Promise<RunRow>>()

  /** The unit of a target that is not probed, as far as its port, its barcode or an identification since it was plugged in tell. */
  const named = async (slotState: SlotState, recipe: RecipeRow, before: RunRow): Promise<Found> => {
    if (!slotState.port) return 'nobody'
    await slotState.identification?.done
    if (slotState.lamp === 'present') await identification.identify(slotState, recipe)
    const met = slotState.lamp === 'identified' ? slotState.unit?.id : undefined
    if (met != null) return compared(before.unit, met)
    const { expect } = recipe.content
    // Its chip gave the unit its id: neither port nor barcode can be compared with it.
    const isNamed =
      before.unit !== null && before.serial !== null && serialKey(before.unit) === serialKey(before.serial)
    if (!isNamed && !expect.usbSerialIsUnit) return 'unknown'
    return compared(before.unit, unitOf(unknownIdentity, slotState.port, slotState.scanned ?? before.serial, expect).id)
  }

  const found = async (slotState: SlotState, recipe: RecipeRow, before: RunRow): Promise<Found> => {
    if (!identification.canProbe(recipe)) return named(slotState, recipe, before)
    const presence = await identification.askAnew(slotState, recipe)
    if (presence.kind === 'nobody' || !slotState.port) return 'nobody'
    if (presence.kind === 'identified') return compared(before.unit, slotState.unit?.id ?? null)
    // A run tells in words why the unit cannot be identified.
    if (presence.kind === 'unclear') return 'unknown'
    throw new DomainError('SLOT_BUSY', { slot: slotState.slot.label })
  }

  const carryOut = async (before: RunRow): Promise<RunRow> => {
    const { slotState, recipe } = scheduler.retryOf(before)
    await scheduler.untilFree([slotState])
    scheduler.refuseBusy(slotState)
    const waited = slotState.waiting !== undefined
    await contact.stop(slotState)
    const { label, lineId } = slotState.slot
    const who = await found(slotState, recipe, before)
    if (who === 'nobody') {
      // Somebody may come: the line waited for that.
      if (waited) contact.wait(slotState, { recipeId: recipe.id, operator: before.operator, serial: null })
      throw new DomainError('SLOT_EMPTY', { slot: label })
    }
    if (who !== 'other') return scheduler.again(before.id)
    const operator = lines.row(lineId).operator ?? before.operator
    const [run] = await scheduler.begin([{ slotState, recipe, serial: slotState.scanned, operator, again: false }])
    return run ?? before
  }

  const retry = (id: number): Promise<RunRow> => {
    const going = asking.get(id)
    if (going) return going
    const done = (async () => carryOut(runs.row(id)))().finally(() => asking.delete(id))
    asking.set(id, done)
    return done
  }

  return {
    /**
     * Tries again with the unit that is in the slot of a run now: the same unit is the run's next attempt, another one gets a run of its own.
     * @throws NOT_FOUND (run, slot, recipe), ILLEGAL_MOVE, SLOT_BUSY; SLOT_EMPTY: nobody answers, and nothing is recorded.
     */
    retry,

    /** As `retry` for every slot of a line whose latest run failed. Empty slots are left out. @throws NOT_FOUND. */
    async retryFailed(lineId: number): Promise<RunRow[]> {
      const retried = scheduler.failedOf(lineId).map(async (id) => {
        try {
          return [await retry(id)]
        } catch (error) {
          if (wasTaken(error) || (error instanceof DomainError && error.code === 'SLOT_EMPTY')) return []
          throw error
        }
      })
      return (await Promise.all(retried)).flat()
    },
  }
}
