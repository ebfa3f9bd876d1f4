import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { ScanInput } from '#shared/schema.ts'
import { serialKey } from '#shared/serials.ts'
import type { Hotplug } from './hotplug.ts'
import type { LineService } from './line-store.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'
import { givesNumbers } from './serial-source.ts'
import { STATION, scopeOf } from './serial-store.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

interface Deps {
  readonly slotStates: SlotStates
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly hotplug: Hotplug
}

/** Barcodes. Each belongs to one slot and names the unit of the slot's next run. */
export const createBarcodes = ({ slotStates, lines, recipes, hotplug }: Deps) => {
  const recipeOf = (lineId: number): RecipeRow | undefined => {
    const { recipeId } = lines.row(lineId)
    return recipeId === null ? undefined : recipes.row(recipeId)
  }
  const scopeIn = (lineId: number): number => {
    const recipe = recipeOf(lineId)
    return recipe ? scopeOf(recipe) : STATION
  }

  /** The slot of a barcode that names none: first one with a waiting unit, then an empty one, then one whose run has ended. */
  const waiting = (lineId: number): SlotState | undefined => {
    const free = slotStates.ofLine(lineId).filter(({ run, scanned }) => !run && scanned === null)
    const ended = ({ lamp }: SlotState): boolean => ['pass', 'fail', 'refused', 'cancelled'].includes(lamp)
    return (
      free.find((slotState) => slotState.port && !ended(slotState)) ??
      free.find((slotState) => !ended(slotState)) ??
      free.find(ended)
    )
  }

  return {
    /** @throws NOT_FOUND (line, slot), SLOT_BUSY, NO_SLOT_WAITS, SERIALS_FROM_RECIPE; ALREADY_EXISTS: another slot has this barcode. */
    async scan(lineId: number, { serial, slotId }: z.output<typeof ScanInput>): Promise<SlotState> {
      lines.row(lineId)
      const scope = scopeIn(lineId)
      const holder = slotStates.all().find((slotState) => {
        const other = slotState.run?.serial ?? slotState.scanned
        return other != null && serialKey(other) === serialKey(serial) && scopeIn(slotState.slot.lineId) === scope
      })
      const recipe = recipeOf(lineId)
      if (recipe && givesNumbers(recipe)) throw new DomainError('SERIALS_FROM_RECIPE', { recipe: recipe.name })
      if (holder && holder.slot.id !== slotId)
        throw new DomainError('ALREADY_EXISTS', { field: 'serial', value: `${serial} (${holder.slot.label})` })
      const slotState = slotId === undefined ? waiting(lineId) : slotStates.get(slotId)
      if (slotId !== undefined && slotState?.slot.lineId !== lineId)
        throw new DomainError('NOT_FOUND', { what: 'slot', id: slotId })
      if (!slotState) throw new DomainError('NO_SLOT_WAITS')
      if (slotState.run) throw new DomainError('SLOT_BUSY', { slot: slotState.slot.label })
      slotState.scanned = serial
      slotStates.changed(slotState)
      await hotplug.startScanned(slotState)
      return slotState
    },
  }
}
