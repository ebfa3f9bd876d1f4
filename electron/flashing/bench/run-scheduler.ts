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
import type { SerialNumbers } from './serial-numbers.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

/** Another caller began a run in the slot, or its line is being deleted. */
export const wasTaken = (error: unknown): boolean =>
  error instanceof DomainError && (error.code === 'SLOT_BUSY' || error.code === 'NOT_FOUND')

interface Deps {
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly runs: RunStore
  readonly slotStates: SlotStates
  readonly executor: RunExecutor
  readonly numbers: SerialNumbers
}

/** Longest wait for a record that is being written. */
const RECORD_MS = 500

/** One run to start. */
export interface RunStart {
  readonly slotState: SlotState
  readonly recipe: RecipeRow
  readonly serial: string | null
  readonly operator: string | null
  readonly again: boolean
}

/** What a caller wants to be flashed, besides the slots. */
export interface RunOrder extends Pick<z.output<typeof RunInput>, 'recipeId' | 'units' | 'operator' | 'repeat'> {
  /** Who calls, where no operator is named. */
  readonly caller: string | null
}

/** Starts, stops and repeats runs: one scheduler for all slots. */
export const createRunScheduler = (
  { store, clock }: BenchContext,
  { lines, recipes, runs, slotStates, executor, numbers }: Deps,
) => {
  /** Slots whose run is being stored, and when it is; no other run may start in them. */
  const claimed = new Map<number, Promise<unknown>>()
  /** Lines in which no run starts any more. */
  const closed = new Set<number>()
  let stopped = false

  const isFree = ({ slot, run }: SlotState): boolean => !run && !claimed.has(slot.id)

  /** Waits for slots whose run has ended for its readers, and whose record is not on disk yet. */
  const untilFree = async (slots: readonly SlotState[]): Promise<void> => {
    const ending = slots.flatMap(({ run }) => (run?.isEnding ? run.done : []))
    if (ending.length === 0) return
    // A disk that does not take the record holds the slot for longer.
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = clock.after(RECORD_MS, resolve)
    await Promise.race([Promise.all(ending), promise])
    forget()
  }

  const refuseBusy = (slotState: SlotState): void => {
    if (!isFree(slotState)) throw new DomainError('SLOT_BUSY', { slot: slotState.slot.label })
  }

  /** Claims the slots while their runs are stored. @throws SLOT_BUSY; NOT_FOUND: the line is being deleted. */
  const holding = async <T>(taken: readonly SlotState[], write: () => Promise<T>): Promise<T> => {
    for (const slotState of taken) {
      refuseBusy(slotState)
      const { id, lineId } = slotState.slot
      if (stopped || closed.has(lineId)) throw new DomainError('NOT_FOUND', { what: 'slot', id })
    }
    const written = write()
    const settled = written.then(
      () => undefined,
      () => undefined,
    )
    for (const { slot } of taken) claimed.set(slot.id, settled)
    try {
      return await written
    } finally {
      for (const { slot } of taken) claimed.delete(slot.id)
    }
  }

  /** Stores the runs and starts them. @throws SLOT_BUSY, NOT_FOUND (slot, line). */
  const begin = (starts: readonly RunStart[]): Promise<RunRow[]> =>
    holding(
      starts.map(({ slotState }) => slotState),
      async () => {
        const numbered = starts.map((start) => ({ ...start, serial: numbers.ofStart(start) }))
        const storing = store.write(() =>
          numbered.map(({ slotState: { slot }, recipe, serial, operator, again }) =>
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
        storing.catch(() => {
          for (const { slotState } of starts) numbers.release(slotState)
        })
        const rows = await storing
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

  /** @throws NOT_FOUND (recipe), NO_RECIPE. */
  const recipeFor = (lineId: number, { recipeId }: RunOrder): RecipeRow => {
    const id = recipeId ?? lines.row(lineId).recipeId
    if (id === null) throw new DomainError('NO_RECIPE')
    return recipes.row(id)
  }

  /** A run for the unit in a slot now, as a caller ordered it. @throws NOT_FOUND (recipe), NO_RECIPE. */
  const startOf = (slotState: SlotState, order: RunOrder): RunStart => {
    const { id, lineId } = slotState.slot
    const given = order.units.find(({ slotId }) => slotId === id)?.serial
    return {
      slotState,
      recipe: recipeFor(lineId, order),
      serial: given ?? slotState.scanned,
      operator: order.operator ?? lines.row(lineId).operator ?? order.caller,
      again: order.repeat,
    }
  }

  /** Slot and recipe of a run that may be tried again. @throws NOT_FOUND (slot, recipe), ILLEGAL_MOVE. */
  const retryOf = ({ state, slotId, slotLabel, recipeId, recipeName }: RunRow) => {
    if (!isOneOf<string>(retryableRunStates, state))
      throw new DomainError('ILLEGAL_MOVE', { of: 'run', from: state, to: 'waiting' })
    if (slotId === null) throw new DomainError('NOT_FOUND', { what: 'slot', id: slotLabel })
    if (recipeId === null) throw new DomainError('NOT_FOUND', { what: 'recipe', id: recipeName })
    return { slotState: slotStateOf(slotId), recipe: recipes.row(recipeId) }
  }

  return {
    slotStateOf,
    isFree,
    refuseBusy,
    untilFree,
    recipeFor,
    begin,

    /** Starts the named slots. @throws NOT_FOUND (slot, recipe), NO_RECIPE, SLOT_BUSY. */
    async startSlots(slotIds: readonly number[], order: RunOrder): Promise<RunRow[]> {
      const chosen = [...new Set(slotIds)].map(slotStateOf)
      if (chosen.some(({ run }) => run?.isEnding)) await untilFree(chosen)
      return begin(chosen.map((slotState) => startOf(slotState, order)))
    },

    startOf,

    /** Starts a slot by itself after a unit was plugged in. */
    async auto(slotState: SlotState, recipe: RecipeRow): Promise<void> {
      if (!isFree(slotState)) return
      const { operator } = lines.row(slotState.slot.lineId)
      await begin([{ slotState, recipe, serial: slotState.scanned, operator, again: false }])
    },

    retryOf,

    /** The next attempt of a run in its slot, with the current version of the recipe. @throws NOT_FOUND, ILLEGAL_MOVE, SLOT_BUSY. */
    async again(id: number): Promise<RunRow> {
      const before = runs.row(id)
      const { slotState, recipe } = retryOf(before)
      return holding([slotState], async () => {
        const run = await store.write(() =>
          runs.move(id, 'waiting', {
            recipeName: recipe.name,
            recipeVersion: recipe.version,
            images: writtenImages(recipe),
            attempt: before.attempt + 1,
            serial: numbers.ofRetry(slotState, recipe, before),
            // A unit that is already done is written again only by a run that says so.
            again: false,
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

    /** Latest runs of a line's free slots that failed, in the order of the slots. */
    failedOf: (lineId: number): number[] => {
      lines.row(lineId)
      const latest = slotStates.ofLine(lineId).flatMap(({ run, latestRun }) => (run ? [] : (latestRun ?? [])))
      const failed = new Set(
        runs.find(latest).flatMap(({ id, state, recipeId }) => (state === 'failed' && recipeId !== null ? id : [])),
      )
      return latest.filter((id) => failed.has(id))
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

    /** Whether a run of the line is going on or begins. */
    busyIn: (lineId: number): SlotState | undefined =>
      slotStates.ofLine(lineId).find((slotState) => !isFree(slotState)),

    /** Starts no more runs in a line and stops those it has, while `work` is done. */
    async closing<T>(lineId: number, work: () => Promise<T>): Promise<T> {
      closed.add(lineId)
      try {
        const own = slotStates.ofLine(lineId)
        await Promise.all(own.map(({ slot }) => claimed.get(slot.id)))
        const active = own.flatMap(({ run }) => run ?? [])
        for (const { controller } of active) controller.abort(new RunStopped('CANCELLED'))
        await Promise.all(active.map(({ done }) => done))
        return await work()
      } finally {
        closed.delete(lineId)
      }
    },

    /** Stops every slot and starts none any more; resolves when their records are written. */
    async stopAll(): Promise<void> {
      stopped = true
      executor.stop()
      await Promise.all(claimed.values())
      const active = slotStates.all().flatMap(({ run }) => run ?? [])
      for (const { controller } of active) controller.abort(new RunStopped('STOPPED'))
      await Promise.all(active.map(({ done }) => done))
    },
  }
}

export type RunScheduler = ReturnType<typeof createRunScheduler>
