import { DomainError } from '#shared/errors.ts'
import { type Consoles, createConsoles } from '../consoles/consoles.ts'
import { sharedPorts } from '../consoles/shared-ports.ts'
import type { TransportRegistry } from '../transport.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import type { LineService } from './line-store.ts'
import type { RecipeService } from './recipe-store.ts'
import { namesOf } from './slot-place.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

interface Deps {
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly slotStates: SlotStates
}

/** The consoles of the bench's slots and ports, and the transports that take a port from its console. */
export const createBenchConsoles = (
  { clock, events }: BenchContext,
  options: BenchOptions,
  { lines, recipes, slotStates }: Deps,
): { readonly consoles: Consoles; readonly transports: TransportRegistry } => {
  /** The speed at which the checks of the slot's recipe read its console. */
  const baudRateOf = ({ slot }: SlotState): number | undefined => {
    const { recipeId } = lines.row(slot.lineId)
    const recipe = recipeId === null ? undefined : recipes.find(recipeId)
    return recipe?.content.checks.find(({ baudRate }) => baudRate !== undefined)?.baudRate
  }

  const consoles = createConsoles({
    clock,
    open: options.transports.serial,
    places: {
      portAt(place) {
        const slotState = slotStates.all().find(({ slot }) => slot.location === place || slot.path === place)
        const over = slotState && slotStates.portOver(slotState, 'serial')
        return over ?? slotStates.ports.values().find(({ location, path }) => location === place || path === place)
      },
      slot(slotId) {
        const slotState = slotStates.get(slotId)
        if (!slotState) throw new DomainError('NOT_FOUND', { what: 'slot', id: slotId })
        return { ...namesOf(slotState), baudRate: baudRateOf(slotState) }
      },
      slotAt: ({ location, path }) =>
        slotStates.all().find(({ slot }) => (slot.location === null ? slot.path === path : slot.location === location))
          ?.slot,
    },
  })
  events.on('port', consoles.portChanged)

  return {
    consoles,
    transports: sharedPorts(options.transports, (path) => {
      const port = slotStates.ports.get(path)
      const slotState = port && slotStates.at(port)
      return consoles.hold(
        { location: port?.location, path },
        { doing: slotState?.run ? 'run' : 'identification', slot: slotState?.slot.label },
      )
    }),
  }
}
