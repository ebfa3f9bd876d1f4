import { DomainError } from '#shared/errors.ts'
import type { Contact } from './contact.ts'
import type { Identify } from './identify.ts'
import type { LineService } from './line-store.ts'
import { type RunOrder, type RunScheduler, wasTaken } from './run-scheduler.ts'
import type { RunRow } from './run-store.ts'
import type { SerialNumbers } from './serial-numbers.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

interface Deps {
  readonly lines: LineService
  readonly slotStates: SlotStates
  readonly identification: Identify
  readonly scheduler: RunScheduler
  readonly contact: Contact
  readonly numbers: SerialNumbers
}

/** Starts a line: every slot is asked who is in it now, because units change and adapters stay. */
export const createLineStart = (deps: Deps) => {
  const { lines, slotStates, identification, scheduler, contact, numbers } = deps
  /** Starts that still ask, by line: two windows that start a line at once get the same runs. */
  const asking = new Map<number, { readonly order: string; readonly runs: Promise<RunRow[]> }>()

  /** Asks one slot and starts the unit that answers; a slot without one is left out, or waits for contact. */
  const askSlot = async (slotState: SlotState, order: RunOrder): Promise<RunRow[]> => {
    const { lineId } = slotState.slot
    await contact.stop(slotState)
    const recipe = scheduler.recipeFor(lineId, order)
    const presence = slotState.port ? await identification.askAnew(slotState, recipe) : undefined
    if (presence === undefined || presence.kind === 'nobody') {
      const { serial, operator } = scheduler.startOf(slotState, order)
      contact.wait(slotState, { recipeId: order.recipeId, operator, serial })
      return []
    }
    if (presence.kind === 'stopped') return []
    try {
      return await scheduler.begin([scheduler.startOf(slotState, order)])
    } catch (error) {
      if (wasTaken(error)) return []
      throw error
    }
  }

  const begin = async (lineId: number, order: RunOrder): Promise<RunRow[]> => {
    const recipe = scheduler.recipeFor(lineId, order)
    const own = slotStates.ofLine(lineId)
    await scheduler.untilFree(own)
    const free = own.filter(scheduler.isFree)
    const [busy] = own.filter((slotState) => !scheduler.isFree(slotState))
    if (identification.canProbe(recipe)) {
      for (const slotState of free) if (slotState.port) slotStates.apply(slotState, { kind: 'asked' })
      numbers.reserve(free, recipe)
      const rows = (await Promise.all(free.map((slotState) => askSlot(slotState, order)))).flat()
      if (rows.length === 0 && busy && !free.some(({ port }) => port))
        throw new DomainError('SLOT_BUSY', { slot: busy.slot.label })
      return rows
    }
    const plugged = free.filter(({ port }) => port)
    if (plugged.length === 0 && busy) throw new DomainError('SLOT_BUSY', { slot: busy.slot.label })
    return scheduler.begin(plugged.map((slotState) => scheduler.startOf(slotState, order)))
  }

  return {
    /**
     * Flashes the units that are in a line now; resolves within 5 s, with no run if every slot is empty. Slots of a target that cannot be
     * probed start if something is plugged in.
     * @throws NOT_FOUND (line, recipe), NO_RECIPE; SLOT_BUSY: every unit is being flashed; LINE_STARTING.
     */
    async start(lineId: number, order: RunOrder): Promise<RunRow[]> {
      const { name } = lines.row(lineId)
      const same = JSON.stringify({ ...order, caller: undefined })
      const before = asking.get(lineId)
      if (before) {
        if (before.order === same) return before.runs
        throw new DomainError('LINE_STARTING', { line: name })
      }
      const runs = begin(lineId, order).finally(() => asking.delete(lineId))
      asking.set(lineId, { order: same, runs })
      return runs
    },
  }
}

export type LineStart = ReturnType<typeof createLineStart>
