import { Readable } from 'node:stream'
import { DemoInput, type DemoStatus, LineInput, RecipeInput } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { type DemoBoard, targets } from '#shared/targets/index.ts'
import type { Texts } from '#shared/texts/index.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Clock } from '../platform/basics/clock.ts'
import type { PlatformEvents } from '../platform/basics/events.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { Platform } from '../platform/platform.ts'
import { demoUnits } from '../simulator/targets/index.ts'
import { type SimulatedPorts, simulatedPath } from './simulated-ports.ts'

/** Time between two boards in a slot: an operator takes one out and inserts the next one. */
const TAKE_OUT_MS = 4000
const PUT_IN_MS = 2500
/** Delay between the first boards of two slots. */
const STAGGER_MS = 700
/** The demonstration stops after this many boards: its records must not accumulate overnight. */
const BOARDS = 600

/** Names of a demo line and its recipe, and the recipe's note. */
type DemoNames = Texts['demoLine']

/** Lines of simulated targets that run by themselves: for a first look, and for training. */
export interface DemoLine {
  status(): DemoStatus
  /** Creates the lines (replacing existing ones) and runs them. */
  start(input: DemoInput, names: DemoNames): Promise<DemoStatus>
  /** Unplugs everything and deletes the lines with their records, which would otherwise mix with real ones. */
  stop(): Promise<DemoStatus>
  /** The station stops: no more boards are plugged in. */
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

/** What the units of a target are held to: their chip where they report one, and where they do not tell who they are, their USB serial number. */
const expectedOf = (target: DemoBoard) => {
  const { chip } = demoUnits[target]
  return { ...(chip !== undefined && { chip }), ...(!targets[target].identity.unit && { usbSerialIsUnit: true }) }
}

export const createDemoLine = ({ platform, bench, simulated, events, clock, logger }: DemoHost): DemoLine => {
  let running: DemoInput | undefined
  /** The settings of the last start, also after a stop. */
  let wished = DemoInput.parse({})
  let timers = new Set<() => void>()
  let boards = 0
  /** Slots whose board is about to be changed. */
  const swapping = new Set<number>()
  const ownLines = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()

  const later = (ms: number, then: () => void): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      then()
    })
    timers.add(cancel)
  }

  const lineIds = (): number[] =>
    bench
      .lines()
      .filter(({ simulated: own }) => own)
      .map(({ id }) => id)

  const status = (): DemoStatus => {
    const ids = lineIds()
    const { boards, failurePercent } = wished
    return {
      running: running !== undefined,
      lineId: ids[0] ?? null,
      lineIds: ids,
      slots: running?.slots ?? 0,
      boards,
      failurePercent,
    }
  }

  /** The slots of each line: an equal share; a remainder goes to the first lines. */
  const shares = ({ slots, boards: kindsWanted }: DemoInput): { kind: DemoBoard; places: number[] }[] => {
    let next = 1
    return kindsWanted
      .map((kind, at) => {
        const count = Math.floor((slots + kindsWanted.length - 1 - at) / kindsWanted.length)
        return { kind, places: Array.from({ length: count }, () => next++) }
      })
      .filter(({ places }) => places.length > 0)
  }

  const putIn = (place: number): void => {
    if (!running || boards >= BOARDS) return
    boards++
    // Spread evenly, so that ten percent of ten boards is one; the first boards pass.
    const { failurePercent } = running
    const bad = Math.floor((boards * failurePercent) / 100)
    const isBad = bad > Math.floor(((boards - 1) * failurePercent) / 100)
    const kind = shares(running).find(({ places }) => places.includes(place))?.kind
    if (kind === undefined) return
    const unit = demoUnits[kind].make(clock, isBad ? bad : undefined)
    if ('drive' in unit) simulated.plugDrive(place, unit.serialNumber, unit.drive)
    else if ('usb' in unit) simulated.plugUsb(place, unit.serialNumber, unit.usb)
    else if ('program' in unit) simulated.plugProgram(place, unit.serialNumber, unit.program)
    else simulated.plug(place, unit.serialNumber, unit.target)
  }

  /** A board whose run has ended is taken out a moment later, and the next one is inserted. */
  const watch = (runId: number): void => {
    const [run] = bench.snapshots.runs([runId])
    if (!running || !run || run.lineId === null || isOpenRun(run.state) || !ownLines.has(run.lineId)) return
    const [slot] = run.slotId === null ? [] : bench.snapshots.slots([run.slotId])
    const place = Number(slot?.path?.split(':')[1])
    if (!slot?.port || !Number.isSafeInteger(place) || swapping.has(place)) return
    swapping.add(place)
    later(TAKE_OUT_MS, () => {
      const [now] = bench.snapshots.slots([slot.id])
      // Somebody runs it again: it is taken out after that run.
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
  const recipeId = async (target: DemoBoard, names: DemoNames): Promise<number> => {
    const units = demoUnits[target]
    const name = names.recipe.replace('{board}', units.board)
    // The search also finds longer names: `STM32F4` is within `STM32F4 USB`.
    const there = bench.recipes
      .list({ q: name, limit: 100 })
      .items.find((found) => found.name === name && found.target === target)
    if (there) return there.id
    const upload = await platform.uploads.receive(units.file, Readable.from([units.image()]), undefined, 'recipe')
    const { id } = await bench.recipes.create(
      RecipeInput.parse({
        name,
        target,
        productId: null,
        options: units.options ?? {},
        images: [{ file: upload.id, address: units.address }],
        expect: expectedOf(target),
        autoStart: true,
        notes: names.notes,
      }),
    )
    return id
  }

  const close = (): void => {
    events.off('run', watch)
    for (const cancel of timers) cancel()
    timers = new Set()
    swapping.clear()
    ownLines.clear()
    running = undefined
  }

  const clear = async (): Promise<void> => {
    const slots = running?.slots ?? 0
    close()
    for (let place = 1; place <= slots; place++) simulated.unplug(place)
    for (const id of lineIds()) await bench.removeSimulated(id)
  }

  const makeLine = async (target: DemoBoard, places: readonly number[], names: DemoNames): Promise<number> => {
    const taken = new Set(bench.lines().map(({ name }) => name))
    const name = names.line.replace('{family}', demoUnits[target].family)
    const input = {
      name: taken.has(name) ? `${name} (${taken.size})` : name,
      recipeId: await recipeId(target, names),
      slots: places.map((place) => ({ label: String(place), path: simulatedPath(place) })),
    }
    const { id } = await bench.createLine(LineInput.parse(input), true)
    return id
  }

  const inTurn = (work: () => Promise<void>): Promise<DemoStatus> => {
    const result = turn.then(work).then(status)
    turn = result.catch(() => undefined)
    return result
  }

  return {
    status,
    close,
    start: (given, names) =>
      inTurn(async () => {
        const input = DemoInput.parse(given)
        wished = input
        await clear()
        const lines = shares(input)
        for (const { kind, places } of lines) ownLines.add(await makeLine(kind, places, names))
        running = input
        boards = 0
        events.on('run', watch)
        // One from each line in turn, so that no line waits for another.
        for (let at = 0, turn = 0; turn < input.slots; at++)
          for (const { places } of lines) {
            const place = places[at]
            if (place !== undefined) later(STAGGER_MS * ++turn, () => putIn(place))
          }
        logger.info({ slots: input.slots }, 'the demo lines run')
      }),
    stop: () => inTurn(clear),
  }
}
