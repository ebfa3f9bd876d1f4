import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { RunInput } from '#shared/schema.ts'
import { openRunStates, retryableRunStates } from '#shared/states/run.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import type { BenchContext } from './bench-context.ts'
import { writtenImages } from './image-cache.ts'
import type { LineService } from './line-store.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'
import { RunStopped } from './run-end.ts'
import type { RunExecutor } from './run-executor.ts'
import type { RunRow, RunStore } from './run-store.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

interface Deps {
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly runs: RunStore
  readonly slotStates: SlotStates
  readonly executor: RunExecutor
}

/** One run to start. */
interface Start {
  readonly slotState: SlotState
  readonly recipe: RecipeRow
  readonly serial: string | null
  readonly operator: string | null
  readonly again: boolean
}

/** Starts, stops and repeats runs: one scheduler for all slots. */
export const createRunScheduler = ({ store }: BenchContext, { lines, recipes, runs, slotStates, executor }: Deps) => {
  /** Slots whose run is being stored; no other run may start in them. */
  const claimed = new Set<number>()

  const refuseBusy = (slotState: SlotState): void => {
    if (slotState.run || claimed.has(slotState.slot.id))
      throw new DomainError('SLOT_BUSY', { slot: slotState.slot.label })
  }

  /** Claims the slots while their runs are stored. */
  const holding = async <T>(taken: readonly SlotState[], write: () => Promise<T>): Promise<T> => {
    for (const slotState of taken) refuseBusy(slotState)
    for (const { slot } of taken) claimed.add(slot.id)
    try {
      return await write()
    } finally {
      for (const { slot } of taken) claimed.delete(slot.id)
    }
  }

  const begin = (starts: readonly Start[]): Promise<RunRow[]> =>
    holding(
      starts.map(({ slotState }) => slotState),
      async () => {
        const rows = await store.write(() =>
          starts.map(({ slotState: { slot }, recipe, serial, operator, again }) =>
            runs.insert({
              lineId: slot.lineId,
              slotId: slot.id,
              lineName: lines.row(slot.lineId).name,
              slotLabel: slot.label,
              recipeId: recipe.id,
              recipeName: recipe.name,
              recipeVersion: recipe.version,
              images: writtenImages(recipe),
              unit: null,
              serial,
              operator,
              again,
            }),
          ),
        )
        rows.forEach((run, position) => {
          const start = starts[position]
          if (start) executor.launch(start.slotState, run, start.recipe)
        })
        return rows
      },
    )

  const slotStateOf = (slotId: number): SlotState => {
    const slotState = slotStates.get(slotId)
    if (!slotState) throw new DomainError('NOT_FOUND', { what: 'slot', id: slotId })
    return slotState
  }

  /** Slots of a line whose units are to be flashed: plugged in, free, and not just passed with this recipe. */
  const readyOf = (lineId: number, recipe: RecipeRow | undefined, repeat: boolean): SlotState[] =>
    slotStates.ofLine(lineId).filter((slotState) => {
      if (!slotState.port || slotState.run || claimed.has(slotState.slot.id)) return false
      if (slotState.lamp !== 'pass' || repeat) return true
      const [latest] = slotState.latestRun === undefined ? [] : runs.find([slotState.latestRun])
      return latest?.recipeId !== recipe?.id || latest?.recipeVersion !== recipe?.version
    })

  return {
    slotStateOf,

    /** @throws NOT_FOUND (line, slot, recipe), NO_RECIPE, NOTHING_TO_FLASH, SLOT_BUSY. */
    async start(input: z.output<typeof RunInput>, caller: string | null): Promise<RunRow[]> {
      const { lineId, slotIds, units, repeat } = input
      if (lineId !== undefined) lines.row(lineId)
      const named = slotIds?.map(slotStateOf)
      const given = input.recipeId === undefined ? undefined : recipes.row(input.recipeId)
      const recipeOf = (line: number): RecipeRow => {
        const { recipeId } = lines.row(line)
        if (given) return given
        if (recipeId === null) throw new DomainError('NO_RECIPE')
        return recipes.row(recipeId)
      }
      const chosen = named ?? readyOf(lineId ?? 0, recipeOf(lineId ?? 0), repeat)
      if (chosen.length === 0) throw new DomainError('NOTHING_TO_FLASH')
      const serials = new Map(units.map(({ slotId, serial }) => [slotId, serial]))
      return begin(
        [...new Set(chosen)].map((slotState) => ({
          slotState,
          recipe: recipeOf(slotState.slot.lineId),
          serial: serials.get(slotState.slot.id) ?? slotState.scanned,
          operator: input.operator ?? lines.row(slotState.slot.lineId).operator ?? caller,
          again: repeat,
        })),
      )
    },

    /** Starts a slot by itself after a unit was plugged in. */
    async auto(slotState: SlotState, recipe: RecipeRow): Promise<void> {
      if (slotState.run || claimed.has(slotState.slot.id)) return
      const { operator } = lines.row(slotState.slot.lineId)
      await begin([{ slotState, recipe, serial: slotState.scanned, operator, again: false }])
    },

    /** Tries again in the same slot, with the current version of the recipe. @throws NOT_FOUND, ILLEGAL_MOVE, SLOT_BUSY. */
    async retry(id: number): Promise<RunRow> {
      const before = runs.row(id)
      if (!isOneOf<string>(retryableRunStates, before.state))
        throw new DomainError('ILLEGAL_MOVE', { of: 'run', from: before.state, to: 'waiting' })
      if (before.slotId === null) throw new DomainError('NOT_FOUND', { what: 'slot', id: before.slotLabel })
      if (before.recipeId === null) throw new DomainError('NOT_FOUND', { what: 'recipe', id: before.recipeName })
      const slotState = slotStateOf(before.slotId)
      const recipe = recipes.row(before.recipeId)
      return holding([slotState], async () => {
        const run = await store.write(() =>
          runs.move(id, 'waiting', {
            recipeName: recipe.name,
            recipeVersion: recipe.version,
            images: writtenImages(recipe),
            attempt: before.attempt + 1,
            serial: slotState.scanned ?? before.serial,
            unit: null,
            chip: null,
            errorCode: null,
            errorData: {},
            startedAt: null,
            finishedAt: null,
          }),
        )
        executor.launch(slotState, run, recipe)
        return run
      })
    },

    /** Latest runs of a line's free slots that failed. */
    failedOf: (lineId: number): number[] => {
      lines.row(lineId)
      const latest = slotStates.ofLine(lineId).flatMap(({ run, latestRun }) => (run ? [] : (latestRun ?? [])))
      return runs.find(latest).flatMap(({ id, state, recipeId }) => (state === 'failed' && recipeId !== null ? id : []))
    },

    /** Stops one slot; resolves when its record is written. @throws NOT_FOUND, ILLEGAL_MOVE. */
    async cancel(id: number): Promise<RunRow> {
      const { state, slotId } = runs.row(id)
      const active = slotId === null ? undefined : slotStates.get(slotId)?.run
      if (active?.id !== id || !isOneOf<string>(openRunStates, state))
        throw new DomainError('ILLEGAL_MOVE', { of: 'run', from: state, to: 'cancelled' })
      active.controller.abort(new RunStopped('CANCELLED'))
      await active.done
      return runs.row(id)
    },

    /** Stops every slot; resolves when their records are written. */
    async stopAll(): Promise<void> {
      executor.stop()
      const active = slotStates.all().flatMap(({ run }) => run ?? [])
      for (const { controller } of active) controller.abort(new RunStopped('STOPPED'))
      await Promise.all(active.map(({ done }) => done))
    },
  }
}

export type RunScheduler = ReturnType<typeof createRunScheduler>
