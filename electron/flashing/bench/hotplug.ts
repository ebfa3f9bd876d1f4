import { existsSync } from 'node:fs'
import type { ReasonData } from '#shared/bench-reasons.ts'
import type { PortChange, PortInfo } from '../ports/port-info.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import type { Contact } from './contact.ts'
import type { Identify } from './identify.ts'
import type { LineService } from './line-store.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'
import { endOf } from './run-end.ts'
import type { RunScheduler } from './run-scheduler.ts'
import { givesNumbers } from './serial-source.ts'
import { idsOfPort, type SlotState, type SlotStates } from './slot-state.ts'

/** The system sets a port's permissions and its name by place a moment after the port appears. */
const SETTLE_MS = 300
/** A chip with native USB that disappears this soon after its run and returns this soon has restarted; it was not swapped. */
const LEAVES_MS = 1500
const RETURNS_MS = 3000
/** A path added by hand is found within this time if it exists. */
const FRESH_MS = 2500
/** A lost run restarts by itself this often; a connection lost more often has a bad cable or a board that restarts. */
const BEGIN_ANEW = 3

/** Whether a path added by hand may already be plugged in. */
const mayBeThere = (path: string): boolean => existsSync(path) || /^COM\d+$/i.test(path)

interface Deps {
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly slotStates: SlotStates
  readonly identification: Identify
  readonly scheduler: RunScheduler
  readonly contact: Contact
}

/** Reacts to ports that are plugged in or removed: learns slots, identifies units, starts runs. */
export const createHotplug = (context: BenchContext, options: BenchOptions, deps: Deps) => {
  const { events, clock, logger } = context
  const { lines, recipes, slotStates, identification, scheduler, contact } = deps
  const learning = new Set<number>()
  /** Paths of slots that no port list contains, with the time when they were added. */
  const byHand = new Map<string, number>()
  /** Ports that were plugged in when the bench opened. */
  let initial = new Set<string>()
  let stopWatching: (() => void) | undefined
  let trouble: { readonly code: string; readonly data: ReasonData } | undefined

  /** The line's recipe; undefined: none is chosen. */
  const recipeOf = (lineId: number): RecipeRow | undefined => {
    const { recipeId } = lines.row(lineId)
    return recipeId === null ? undefined : recipes.row(recipeId)
  }

  /** Starts a run if the line auto-starts and nothing, such as a barcode, is missing. */
  const startIfReady = async (slotState: SlotState): Promise<void> => {
    const recipe = recipeOf(slotState.slot.lineId)
    if (!recipe || !slotState.port || slotState.run || !lines.startsItself(slotState.slot.lineId, recipe)) return
    if (recipe.content.expect.serial && slotState.scanned === null && !givesNumbers(recipe)) return
    await scheduler.auto(slotState, recipe)
  }

  /** Whether a run lost with its port restarts when the port returns; otherwise the red lamp stays on. */
  const beginsAnew = ({ broke, slot }: SlotState): boolean => {
    const recipe = recipeOf(slot.lineId)
    return broke > 0 && broke < BEGIN_ANEW && recipe !== undefined && lines.startsItself(slot.lineId, recipe)
  }

  const meet = async (slotState: SlotState): Promise<void> => {
    const { lineId } = slotState.slot
    const recipe = recipeOf(lineId)
    if (!recipe || slotState.waiting) return
    const { waitForContact, operator } = lines.row(lineId)
    if (waitForContact > 0 && lines.startsItself(lineId, recipe) && identification.canProbe(recipe)) {
      // The adapter was plugged in; its units come later.
      contact.wait(slotState, { operator, serial: null })
      return
    }
    await identification.identify(slotState, recipe)
    await startIfReady(slotState)
  }

  const askScanned = async (slotState: SlotState, recipe: RecipeRow): Promise<void> => {
    const presence = await identification.askAnew(slotState, recipe)
    if (presence.kind === 'nobody') {
      contact.wait(slotState, { operator: lines.row(slotState.slot.lineId).operator, serial: null })
      return
    }
    if (presence.kind !== 'stopped') await startIfReady(slotState)
  }

  const inBackground = (work: Promise<unknown>, what: string): void => {
    work.catch((error: unknown) => logger.error({ err: error }, what))
  }

  const learn = async (port: PortInfo): Promise<void> => {
    const [lineId] = learning
    if (lineId === undefined) return
    const place =
      port.location === undefined ? { path: port.path, location: null } : { location: port.location, path: null }
    await lines.append(lineId, place)
    slotStates.sync()
    events.emit('line', lineId)
  }

  /** Whether a port reported as new was plugged in before the bench watched it. */
  const wasThere = ({ path }: PortInfo): boolean => {
    if (initial.delete(path)) return true
    const added = byHand.get(path)
    return added !== undefined && clock.now() - added < FRESH_MS
  }

  const plugged = (port: PortInfo): void => {
    const there = wasThere(port)
    const slotState = slotStates.at(port)
    if (!slotState) {
      if (!there) inBackground(learn(port), 'a slot could not be learned')
      return
    }
    // The console of a firmware beside or after its boot drive, or a drive beside a serial port.
    if (!slotStates.fits(slotState.slot, port) || slotStates.isBeside(slotState, port)) return
    slotState.port = port
    const active = slotState.run
    if (active) {
      slotStates.changed(slotState)
      // The run has not yet noticed that the port was gone.
      void active.done.then(() => {
        if (
          slotState.broke > 0 &&
          slotState.port === port &&
          !slotState.run &&
          slotStates.get(slotState.slot.id) === slotState
        )
          greet(slotState, port, there)
      })
      return
    }
    greet(slotState, port, there)
  }

  /** Handles a port in a slot without a run. */
  const greet = (slotState: SlotState, port: PortInfo, there: boolean): void => {
    const now = clock.now()
    const soon = now - slotState.goneAt < RETURNS_MS && slotState.goneAt - slotState.endedAt < LEAVES_MS
    // Another unit or a repaired cable: the count begins at zero.
    if (!soon) slotState.broke = 0
    // A bootloader that starts its firmware returns as another device; another unit is the same device with another serial number.
    const isSameUnit = slotState.usbSerial === port.serialNumber || slotState.usbIds !== idsOfPort(port)
    const restarted = soon && isSameUnit && !beginsAnew(slotState)
    slotState.usbSerial = port.serialNumber
    slotState.usbIds = idsOfPort(port)
    const stillThere = there && slotState.lamp === 'fail'
    if (restarted || stillThere) {
      slotStates.changed(slotState)
      return
    }
    slotState.unit = undefined
    slotState.trouble = undefined
    slotStates.apply(slotState, { kind: 'plugged' })
    if (there || learning.has(slotState.slot.lineId)) return
    clock.after(SETTLE_MS, () => {
      // The port may be gone again, or a run may have started.
      if (slotState.port === port && !slotState.run && slotStates.get(slotState.slot.id) === slotState)
        inBackground(meet(slotState), 'a slot could not start by itself')
    })
  }

  const unplugged = (port: PortInfo): void => {
    const slotState = slotStates.all().find((one) => one.port?.path === port.path)
    if (!slotState) return
    slotState.port = undefined
    slotState.goneAt = clock.now()
    if (!slotState.run) {
      slotState.scanned = null
      slotState.trouble = undefined
      slotState.identification?.controller.abort(new Error('unplugged'))
    }
    slotStates.apply(slotState, { kind: 'unplugged' })
    if (slotState.lamp === 'empty') slotState.unit = undefined
  }

  const follow = ({ added, removed }: PortChange): void => {
    trouble = undefined
    for (const port of removed) {
      slotStates.ports.delete(port.path)
      unplugged(port)
      events.emit('port', port.path)
    }
    for (const port of added) {
      slotStates.ports.set(port.path, port)
      plugged(port)
      events.emit('port', port.path)
    }
  }

  return {
    learning,

    /** Starts the slot of a scanned barcode if the line auto-starts. Whether a unit is in it is asked first. */
    async startScanned(slotState: SlotState): Promise<void> {
      const recipe = recipeOf(slotState.slot.lineId)
      if (recipe && slotState.port && slotState.lamp !== 'identified' && identification.canProbe(recipe)) {
        if (!lines.startsItself(slotState.slot.lineId, recipe) || slotState.run || slotState.waiting) return
        inBackground(askScanned(slotState, recipe), 'a slot could not start by itself')
        return
      }
      await startIfReady(slotState)
    },

    /** Why ports cannot be listed; undefined: they can. */
    get trouble(): typeof trouble {
      return trouble
    },

    /** Follows slots that were added, moved or removed: watches their paths that no port list contains, and forgets others. */
    syncPaths(): void {
      const wanted = new Set(slotStates.all().flatMap(({ slot }) => slot.path ?? []))
      for (const path of byHand.keys()) {
        if (wanted.has(path)) continue
        byHand.delete(path)
        options.ports.remove(path)
      }
      for (const path of wanted) {
        if (slotStates.ports.has(path) || byHand.has(path)) continue
        byHand.set(path, mayBeThere(path) ? clock.now() : Number.NEGATIVE_INFINITY)
        options.ports.add(path)
      }
    },

    /** Identifies the unit again, at a person's request. */
    async ask(slotState: SlotState): Promise<void> {
      const recipe = recipeOf(slotState.slot.lineId)
      if (recipe) await identification.identify(slotState, recipe)
    },

    /** Starts watching. Units that are already plugged in start no run. */
    async start(): Promise<void> {
      const listed = await options.ports.list().catch(() => [])
      initial = new Set(listed.map(({ path }) => path))
      stopWatching = options.ports.watch(follow, (error) => {
        const { errorCode, errorData } = endOf(error, null)
        trouble = { code: errorCode ?? 'PORTS_UNLISTABLE', data: errorData }
        logger.warn({ err: error }, 'serial ports cannot be listed')
      })
    },

    async stop(): Promise<void> {
      stopWatching?.()
      for (const slotState of slotStates.all()) await identification.stop(slotState)
    },
  }
}

export type Hotplug = ReturnType<typeof createHotplug>
