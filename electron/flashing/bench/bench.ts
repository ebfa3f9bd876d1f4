import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type {
  LineInput,
  LinePatch,
  Port,
  ProgrammerTestInput,
  RecipeCheckInput,
  RecipePatch,
  RunFilter,
  RunInput,
  ScanInput,
} from '#shared/schema.ts'
import { type Page, toPage } from '../../platform/store/pagination.ts'
import { type ProgrammerTestView, tryProgram } from '../programs/try-program.ts'
import { createBarcodes } from './barcodes.ts'
import { createBenchConsoles } from './bench-consoles.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { createReport } from './bench-report.ts'
import {
  type AtProfileView,
  atProfileView,
  type CheckView,
  createViews,
  type LineView,
  type RunView,
  type RunWithLogView,
  type SlotView,
  type TroubleView,
  troubleView,
} from './bench-views.ts'
import { createContact } from './contact.ts'
import { createDeviceRegistration } from './device-registration.ts'
import { createDryCheck } from './dry-check.ts'
import { createHotplug } from './hotplug.ts'
import { createIdentify } from './identify.ts'
import { createRecipeImageCache } from './image-cache.ts'
import { createLineStart } from './line-start.ts'
import { createLines } from './line-store.ts'
import { createRecipeFromBuild } from './recipe-from-build.ts'
import { createRecipes } from './recipe-store.ts'
import { createRecipeTransfer } from './recipe-transfer.ts'
import { createRetry } from './retry.ts'
import { createRunExecutor } from './run-executor.ts'
import { createRunScheduler } from './run-scheduler.ts'
import { createRunStore } from './run-store.ts'
import { createSerialNumbers } from './serial-numbers.ts'
import { createCounters } from './serial-source.ts'
import { createSerialStore } from './serial-store.ts'
import { createSlotStates, type SlotState } from './slot-state.ts'
import { createUnitNames, withKnownNames } from './unit-names.ts'
import { createUnitRecords } from './unit-records.ts'
import { createUnits } from './units.ts'
import { createValueStore } from './value-store.ts'

export type Bench = ReturnType<typeof createBench>

/** The flashing bench: lines of slots, recipes, runs, records. It knows no screen and reports changes by the platform's events. */
export const createBench = (context: BenchContext, given: BenchOptions) => {
  const { events, logger } = context
  const serials = createSerialStore(context)
  const counters = createCounters(serials)
  const recipes = createRecipes(context, given, counters)
  const lines = createLines(context, recipes)
  const runs = createRunStore(context)
  const slotStates = createSlotStates(events, lines, runs, (lineId) => {
    const { recipeId } = lines.row(lineId)
    const recipe = recipeId === null ? undefined : recipes.find(recipeId)
    return recipe && given.family(recipe.content.target).transport
  })
  const { consoles, transports } = createBenchConsoles(context, given, { lines, recipes, slotStates })
  const names = createUnitNames(context)
  const options: BenchOptions = {
    ...given,
    transports,
    family: (target) => withKnownNames(given.family(target), names),
  }
  const imageCache = createRecipeImageCache(options)
  const numbers = createSerialNumbers({ serials, counters, lines, recipes, slotStates })
  const identification = createIdentify(context, options, slotStates)
  const deviceRegistration = createDeviceRegistration(context, options, serials)
  const executor = createRunExecutor(context, options, {
    slotStates,
    runs,
    identification,
    imageCache,
    deviceRegistration,
    serials,
    numbers,
    consoles,
  })
  const scheduler = createRunScheduler(context, { lines, recipes, runs, slotStates, executor, numbers })
  const contact = createContact(context, { lines, recipes, slotStates, identification, scheduler })
  const lineStart = createLineStart({ lines, slotStates, identification, scheduler, contact, numbers })
  const retries = createRetry({ lines, runs, identification, scheduler, contact })
  const hotplug = createHotplug(context, options, { lines, recipes, slotStates, identification, scheduler, contact })
  const barcodes = createBarcodes({ slotStates, lines, recipes, hotplug })
  const views = createViews({
    slotStates,
    runs,
    isLearning: (lineId) => hotplug.learning.has(lineId),
    nextSerial: numbers.preview,
    lineSerials: numbers.ofLine,
  })
  const units = createUnits(context, { serials, recipes, slotStates, names })
  const report = createReport(context)
  const values = createValueStore(context)
  const unitRecords = createUnitRecords({ runs, values, views })
  const transfer = createRecipeTransfer(options, recipes)
  const fromBuild = createRecipeFromBuild(options)
  const check = createDryCheck(options, recipes, imageCache)

  const line = (id: number): LineView => views.line(lines.row(id))
  const slotView = (slotState: SlotState): SlotView => views.slot(slotState)

  /** Follows slots that were added, moved or removed. */
  const resync = (): void => {
    slotStates.sync()
    hotplug.syncPaths()
  }

  const refuseBusy = (busy: readonly SlotState[]): void => {
    const first = busy.find((slotState) => !scheduler.isFree(slotState))
    if (first) throw new DomainError('BENCH_BUSY', { slot: first.slot.label })
  }

  /** Stops whatever asks the slots who is in them; their ports are free when this resolves. */
  const stopAsking = async (slots: readonly SlotState[]): Promise<void> => {
    await Promise.all(slots.map(contact.stop))
    await Promise.all(slots.map(identification.stop))
  }

  const dropLine = async (id: number): Promise<void> => {
    await stopAsking(slotStates.ofLine(id))
    refuseBusy(slotStates.ofLine(id))
    await lines.remove(id)
    hotplug.learning.delete(id)
    resync()
    events.emit('removed', 'line', id)
  }

  executor.onEnded((slotState, runId) => {
    // The line may be gone, and with it the run.
    const [run] = runs.find([runId])
    if (run && slotStates.get(slotState.slot.id) === slotState) contact.next(slotState, run)
  })

  return {
    recipes: {
      list: recipes.list,
      get: recipes.get,
      create: recipes.create,
      copy: recipes.copy,
      async update(id: number, patch: z.output<typeof RecipePatch>) {
        const recipe = await recipes.update(id, patch)
        // Its lines show the next serial number.
        for (const row of lines.rows()) if (row.recipeId === id) events.emit('line', row.id)
        return recipe
      },

      /** @throws NOT_FOUND; BENCH_BUSY: units are being flashed by it. */
      async remove(id: number): Promise<void> {
        const active = new Set(
          runs.find(slotStates.all().flatMap(({ run }) => run?.id ?? [])).map((run) => run.recipeId),
        )
        if (active.has(recipes.row(id).id)) refuseBusy(slotStates.all())
        await recipes.remove(id)
        for (const row of lines.rows()) events.emit('line', row.id)
      },
      export: transfer.export,
      import: transfer.import,
      fromBuild,
    },

    check: (input: z.output<typeof RecipeCheckInput>): Promise<CheckView> => check(input),

    /** Starts a program that an engineer wants to name, with the arguments of a test. */
    testProgrammer: (input: z.output<typeof ProgrammerTestInput>): Promise<ProgrammerTestView> =>
      tryProgram(input, context.clock),

    atProfiles: (): AtProfileView[] => options.tools.atProfiles.list().map(atProfileView),

    ports: (): { items: Port[]; trouble: TroubleView | null } => ({
      items: [...slotStates.ports.values()].map(views.port),
      trouble: hotplug.trouble ? troubleView(hotplug.trouble.code, hotplug.trouble.data) : null,
    }),

    /** A port by its path; undefined when it is gone. */
    port: (path: string): Port | undefined => {
      const there = slotStates.ports.get(path)
      return there && views.port(there)
    },

    lines: (): LineView[] => lines.rows().map((row) => views.line(row)),
    line,

    async createLine(input: z.output<typeof LineInput>, simulated = false): Promise<LineView> {
      const id = await lines.create(input, simulated)
      resync()
      events.emit('line', id)
      return line(id)
    },

    /** @throws BENCH_BUSY: a slot that would be removed or moved is being flashed. */
    async updateLine(id: number, patch: z.output<typeof LinePatch>): Promise<LineView> {
      const { slots } = patch
      const before = lines.row(id)
      if (slots) {
        const moved = slotStates.ofLine(id).filter(({ slot }) => {
          const kept = slots.find((wanted) => wanted.id === slot.id)
          return !kept || (kept.location ?? null) !== slot.location || (kept.path ?? null) !== slot.path
        })
        refuseBusy(moved)
        await stopAsking(moved)
      }
      // What waits was started with the settings before.
      if (['recipeId', 'autoStart', 'waitForContact'].some((field) => field in patch)) await contact.stopLine(id)
      await lines.update(id, patch)
      resync()
      events.emit('line', id)
      if (patch.recipeId !== undefined && patch.recipeId !== before.recipeId) numbers.releaseLine(id)
      if (patch.recipeId != null && patch.recipeId !== before.recipeId)
        for (const slotState of slotStates.ofLine(id))
          if (slotState.lamp === 'present')
            void hotplug
              .ask(slotState)
              .catch((error: unknown) => logger.error({ err: error }, 'a unit could not be asked'))
      return line(id)
    },

    /** @throws BENCH_BUSY. */
    async removeLine(id: number): Promise<void> {
      lines.row(id)
      refuseBusy(slotStates.ofLine(id))
      await dropLine(id)
    },

    /** Stops a line of simulated units and deletes it with its runs and records, which would count with real ones. */
    removeSimulated: (id: number): Promise<void> =>
      scheduler.closing(id, async () => {
        await stopAsking(slotStates.ofLine(id))
        await runs.forget(id)
        await dropLine(id)
      }),

    /** Only one line learns at a time, because a port becomes one slot. */
    learn(id: number, on: boolean): LineView {
      lines.row(id)
      const before = [...hotplug.learning]
      hotplug.learning.clear()
      if (on) hotplug.learning.add(id)
      for (const lineId of new Set([...before, id])) events.emit('line', lineId)
      return line(id)
    },

    scan: async (id: number, input: z.output<typeof ScanInput>): Promise<SlotView> =>
      slotView(await barcodes.scan(id, input)),

    /**
     * Clears the lamp of an ended run and its barcode, ends a wait for contact, and identifies the unit again.
     * @throws NOT_FOUND, SLOT_BUSY.
     */
    async clear(slotId: number): Promise<SlotView> {
      const slotState = scheduler.slotStateOf(slotId)
      await contact.stop(slotState)
      if (slotState.run) throw new DomainError('SLOT_BUSY', { slot: slotState.slot.label })
      slotState.scanned = null
      slotState.unit = undefined
      slotState.trouble = undefined
      slotStates.apply(slotState, { kind: 'cleared', present: slotState.port !== undefined })
      void hotplug.ask(slotState).catch((error: unknown) => logger.error({ err: error }, 'a unit could not be asked'))
      return slotView(slotState)
    },

    async start(
      { lineId, slotIds = [], ...order }: z.output<typeof RunInput>,
      caller: string | null,
    ): Promise<RunView[]> {
      const all = { ...order, caller }
      const rows = await (lineId === undefined ? scheduler.startSlots(slotIds, all) : lineStart.start(lineId, all))
      return rows.map((row) => views.run(row))
    },
    async retry(id: number): Promise<RunView> {
      return views.run(await retries.retry(id))
    },
    async cancel(id: number): Promise<RunView> {
      return views.run(await scheduler.cancel(id))
    },
    async retryFailed(lineId: number): Promise<RunView[]> {
      const rows = await retries.retryFailed(lineId)
      return rows.map((row) => views.run(row))
    },

    runs: (filter: z.output<typeof RunFilter>): Page<RunView> =>
      toPage(runs.list(filter), filter.limit, (row) => views.run(row)),
    run: (id: number): RunWithLogView => views.runWithLog(runs.row(id)),
    records: unitRecords.list,
    recordsFile: unitRecords.file,
    record: unitRecords.one,
    report,
    values,
    units,
    consoles,

    /** Current states by id for live events; deleted ones are left out. */
    snapshots: {
      runs: (ids: readonly number[]): RunView[] => runs.find(ids).map((row) => views.run(row)),
      slots: (ids: readonly number[]): SlotView[] =>
        ids.flatMap((id) => {
          const slotState = slotStates.get(id)
          return slotState ? slotView(slotState) : []
        }),
      lines: (ids: readonly number[]): LineView[] =>
        lines
          .rows()
          .filter(({ id }) => ids.includes(id))
          .map((row) => views.line(row)),
    },

    /** Slots that are being flashed now. */
    busy: (): number => slotStates.all().filter(({ run }) => run !== undefined).length,

    /** Records runs that a former station left open as interrupted, then watches the ports. */
    async open(): Promise<void> {
      const interrupted = await runs.interrupt((run) => {
        const recipe = run.recipeId === null ? undefined : recipes.row(run.recipeId)
        return recipe !== undefined && numbers.isUnused(recipe, run)
      })
      if (interrupted > 0) logger.warn({ runs: interrupted }, 'runs were interrupted by the end of the station before')
      resync()
      await hotplug.start()
    },

    /** Stops every slot cleanly; resolves when their records are written. */
    async stop(): Promise<void> {
      await contact.stopAll()
      await scheduler.stopAll()
      await hotplug.stop()
      await consoles.stop()
    },
  }
}
