import { Readable } from 'node:stream'
import { DemoInput, type DemoStatus, LineInput, RecipeInput } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Clock } from '../platform/clock.ts'
import type { PlatformEvents } from '../platform/events.ts'
import type { Logger } from '../platform/logger.ts'
import type { Platform } from '../platform/platform.ts'
import { demoBoard, demoBoardImage, demoBoardName } from '../simulator/demo-board.ts'
import { type SimulatedPorts, simulatedPath } from './simulated-ports.ts'

/** Between two boards in a slot: a person takes one out and puts the next one in. */
const TAKE_OUT_MS = 4000
const PUT_IN_MS = 2500
/** Boards are put in one after the other. */
const STAGGER_MS = 700
/** Then the demonstration rests: its records must not pile up over a night. */
const BOARDS = 600

const LINE = 'Demo line / 演示产线'
const RECIPE = 'Demo board / 演示板'

/** A line of simulated targets that runs by itself: for a first look, and for training. */
export interface DemoLine {
  status(): DemoStatus
  /** Makes the line (in place of one that is there) and lets it run. */
  start(input: DemoInput): Promise<DemoStatus>
  /** Unplugs everything and removes the line with its records, which would stand among real ones. */
  stop(): Promise<DemoStatus>
  /** The station ends: nobody plugs anything in any more. */
  close(): void
}

interface DemoHost {
  readonly platform: Platform
  readonly bench: Bench
  readonly simulated: SimulatedPorts
  readonly events: PlatformEvents
  readonly clock: Clock
  readonly logger: Logger
}

export const createDemoLine = ({ platform, bench, simulated, events, clock, logger }: DemoHost): DemoLine => {
  let running: { readonly slots: number; readonly failurePercent: number } | undefined
  let timers = new Set<() => void>()
  let boards = 0
  /** Places whose board is about to be changed. */
  const swapping = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()

  const later = (ms: number, then: () => void): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      then()
    })
    timers.add(cancel)
  }

  const lineId = (): number | null => bench.lines('en').find(({ simulated: own }) => own)?.id ?? null

  const status = (): DemoStatus => ({ running: running !== undefined, lineId: lineId(), slots: running?.slots ?? 0 })

  const putIn = (place: number): void => {
    if (!running || boards >= BOARDS) return
    boards++
    // Spread evenly, so that ten percent of ten boards is one; the first ones go well.
    const { failurePercent } = running
    const bad = Math.floor((boards * failurePercent) / 100)
    const isBad = bad > Math.floor(((boards - 1) * failurePercent) / 100)
    const { serialNumber, target } = demoBoard(clock, isBad ? bad : undefined)
    simulated.plug(place, serialNumber, target)
  }

  /** A board whose run has ended is taken out a moment later, and the next one put in. */
  const watch = (runId: number): void => {
    const [run] = bench.snapshots.runs([runId])
    if (!running || !run || run.lineId !== lineId() || run.state === 'waiting' || run.state === 'running') return
    const [slot] = run.slotId === null ? [] : bench.snapshots.slots([run.slotId])
    const place = Number(slot?.path?.split(':')[1])
    if (!slot?.port || !Number.isSafeInteger(place) || swapping.has(place)) return
    swapping.add(place)
    later(TAKE_OUT_MS, () => {
      const [now] = bench.snapshots.slots([slot.id])
      // Somebody tries it again: it is taken out after that.
      if (now?.run && isOpenRun(now.run.state)) {
        swapping.delete(place)
        return
      }
      simulated.unplug(place)
      later(PUT_IN_MS, () => {
        swapping.delete(place)
        putIn(place)
      })
    })
  }
  const recipeId = async (): Promise<number> => {
    const [there] = bench.recipes.list({ q: RECIPE, limit: 1 }).items
    if (there) return there.id
    const upload = await platform.uploads.receive(demoBoardName, Readable.from([demoBoardImage()]), undefined, 'recipe')
    const recipe = await bench.recipes.create(
      RecipeInput.parse({
        name: RECIPE,
        target: 'stm32',
        productId: null,
        images: [{ file: upload.id, address: 0x0800_0000 }],
        expect: { chip: 'STM32F40xxx/41xxx' },
        autoStart: true,
        notes: 'For a first look: simulated boards. 供演示：模拟电路板。',
      }),
    )
    return recipe.id
  }

  const close = (): void => {
    events.off('run', watch)
    for (const cancel of timers) cancel()
    timers = new Set()
    swapping.clear()
    running = undefined
  }

  const clear = async (): Promise<void> => {
    const slots = running?.slots ?? 0
    close()
    for (let place = 1; place <= slots; place++) simulated.unplug(place)
    const id = lineId()
    if (id === null) return
    await bench.cancelLine(id)
    await bench.forgetRecords(id)
    await bench.removeLine(id)
  }

  const inTurn = (work: () => Promise<void>): Promise<DemoStatus> => {
    const result = turn.then(work).then(status)
    turn = result.catch(() => undefined)
    return result
  }

  return {
    status,
    close,
    start: (given) =>
      inTurn(async () => {
        const input = DemoInput.parse(given)
        await clear()
        const recipe = await recipeId()
        const places = Array.from({ length: input.slots }, (_, at) => at + 1)
        const slots = places.map((place) => ({ label: String(place), path: simulatedPath(place) }))
        const names = new Set(bench.lines('en').map(({ name }) => name))
        const name = names.has(LINE) ? `${LINE} (${names.size})` : LINE
        await bench.createLine(LineInput.parse({ name, recipeId: recipe, slots }), 'en', true)
        running = input
        boards = 0
        events.on('run', watch)
        for (const place of places) later(STAGGER_MS * place, () => putIn(place))
        logger.info({ slots: input.slots }, 'the demo line runs')
      }),
    stop: () => inTurn(clear),
  }
}
