import { isoTime } from '../../platform/store/pagination.ts'
import type { Consoles } from '../consoles/consoles.ts'
import { openFamilyLink } from '../families/family.ts'
import { FlashError, type Identity, unknownIdentity } from '../flasher.ts'
import { pause } from '../pause.ts'
import type { PortInfo } from '../ports/port-info.ts'
import { LinkLostError, type Transport } from '../transport.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import type { DeviceRegistration } from './device-registration.ts'
import type { Identify } from './identify.ts'
import { unitOf } from './identify.ts'
import type { RecipeImageCache } from './image-cache.ts'
import { CONSOLE_BAUD } from './post-checks.ts'
import { checkChip } from './pre-checks.ts'
import { checkPatterns } from './recipe-patterns.ts'
import type { RecipeRow } from './recipe-store.ts'
import { untilBack } from './return.ts'
import { type AttemptResult, attempt } from './run-attempt.ts'
import { logText, Refusal } from './run-end.ts'
import { createRunGuards } from './run-guards.ts'
import type { RunRow, RunStore } from './run-store.ts'
import type { SerialNumbers } from './serial-numbers.ts'
import { givesNumbers } from './serial-source.ts'
import { type SerialStore, scopeOf } from './serial-store.ts'
import { settleSerial } from './settle-serial.ts'
import { namesOf, placeOf } from './slot-place.ts'
import type { ActiveRun, SlotState, SlotStates } from './slot-state.ts'
import { Speed } from './transfer-rate.ts'

/** Time between two tries to write a record that the disk did not accept. */
const RECORD_AGAIN_MS = 2000

interface Deps {
  readonly slotStates: SlotStates
  readonly runs: RunStore
  readonly identification: Identify
  readonly imageCache: RecipeImageCache
  readonly deviceRegistration: DeviceRegistration
  readonly serials: SerialStore
  readonly numbers: SerialNumbers
  readonly consoles: Consoles
}

/** Executes runs, each in its own slot, without effect on other slots. */
export const createRunExecutor = (context: BenchContext, options: BenchOptions, deps: Deps) => {
  const { store, clock, events, logger } = context
  const { slotStates, runs, identification, imageCache, deviceRegistration, serials, numbers, consoles } = deps
  let stopped = false
  let ended: (slotState: SlotState, runId: number) => void = () => {}

  const busy = (): void => options.onBusy?.(slotStates.all().filter(({ run }) => run !== undefined).length)

  const { guard, askSeen, serialFor, numbersChanged } = createRunGuards(context, options, deps)

  const noted = (id: number, written: Promise<void>): void => {
    written.catch((error: unknown) => logger.error({ err: error, run: id }, 'a run could not be noted'))
  }

  /** The path over which a family meets the unit. @throws Refusal NO_UNIT; FlashError DRIVE_NONE. */
  const pathOf = (slotState: SlotState, transport: Transport): string => {
    const port = slotStates.portOver(slotState, transport)
    if (port) return port.path
    const serial = transport === 'drive' ? slotStates.portOver(slotState, 'serial') : undefined
    if (serial) throw new FlashError('DRIVE_NONE', { port: serial.path })
    throw new Refusal('NO_UNIT')
  }

  /** Over these a unit is written as something else than its console is: its firmware shows the serial port after the restart. */
  const isOtherDevice = (transport: Transport): boolean => transport === 'drive' || transport === 'usb'

  /** The port that a unit's console is on, once its family has let go of the unit. */
  const consolePort = (slotState: SlotState, transport: Transport): PortInfo | undefined =>
    isOtherDevice(transport) ? slotStates.serialAt(slotState) : slotState.port

  const flash = (slotState: SlotState, active: ActiveRun, run: RunRow, recipe: RecipeRow): Promise<AttemptResult> => {
    const { content } = recipe
    const family = options.family(content.target)
    const atPlugIn = slotState.lamp === 'identified' ? (slotState.unit?.id ?? undefined) : undefined
    const { id } = active
    const name = (identity: Identity): void => {
      const unit = unitOf(identity, slotState.port, active.serial, content.expect)
      slotState.unit = unit
      noted(id, runs.noteUnit(id, unit))
      slotStates.changed(slotState)
    }
    return attempt({
      family,
      content,
      clock,
      signal: active.controller.signal,
      serial: run.serial,
      numbersUnits: givesNumbers(recipe),
      serialOf: (unit) => serialFor(slotState, active, recipe, unit),
      log: active.log,
      atPlugIn,
      namedBy: unitOf(unknownIdentity, slotState.port, run.serial, content.expect).id ?? undefined,
      regions: async () => {
        checkPatterns(content)
        return imageCache.regions(recipe)
      },
      open: async () =>
        openFamilyLink(
          options.transports,
          family,
          pathOf(slotState, family.transport),
          family.facts.options.parse(content.options),
          placeOf(slotState),
        ),
      whenBack: async () => {
        const back = () => consolePort(slotState, family.transport)
        await untilBack(back, slotState.slot.label, clock, active.controller.signal).catch((error: unknown) => {
          if (!isOtherDevice(family.transport) || !(error instanceof LinkLostError)) throw error
          throw new FlashError('CONSOLE_NOT_BACK', {}, { cause: error })
        })
      },
      openConsole: async () => {
        const path = consolePort(slotState, family.transport)?.path ?? pathOf(slotState, 'serial')
        return options.transports.serial(path, { baudRate: CONSOLE_BAUD })
      },
      overheard: (link) => consoles.overheard(link, namesOf(slotState)),
      checkChip: (identity) => checkChip({ identity, expect: content.expect, parts: family.facts.parts }),
      guard: async (identity) => {
        await askSeen(slotState, recipe, unitOf(identity, slotState.port, active.serial, content.expect).id)
        active.controller.signal.throwIfAborted()
        await guard(slotState, active, run, recipe, atPlugIn, identity)
        name(identity)
      },
      onIdentity: name,
      onPhase: (phase) => {
        active.phase = phase
        active.progress = 0
        active.speed.reset()
        noted(id, runs.notePhase(id, phase))
        slotStates.apply(slotState, { kind: 'phase', phase })
        events.emit('run', id)
      },
      onProgress: (done, total) => {
        const percent = total > 0 ? Math.floor((done * 100) / total) : 0
        const { rate } = active.speed
        active.speed.note(done, clock.now())
        // Less than a percent is invisible, and a block takes milliseconds.
        if (percent === active.progress && rate === active.speed.rate) return
        active.progress = percent
        events.emit('run', id)
      },
    })
  }

  /** Writes the record. If the disk does not accept it, tries again while the lamp is red. */
  const record = async (
    slotState: SlotState,
    active: ActiveRun,
    run: RunRow,
    recipe: RecipeRow,
    result: AttemptResult,
  ): Promise<AttemptResult['end']> => {
    const lines = [...result.log]
    const end = await settleSerial(
      store,
      serials,
      scopeOf(recipe),
      { id: run.id, serial: active.serial, named: active.unit, unit: slotState.unit?.id ?? null },
      result.end,
    )
    if (end !== result.end && end.errorCode !== null)
      lines.push({ at: isoTime(clock.now()), level: 'error', words: logText(end.errorCode, end.errorData) })
    const deviceId = end.state === 'passed' ? await deviceRegistration.ensure(recipe, slotState.unit, lines) : null
    const { serial } = active
    const unit = slotState.unit?.id ?? serial
    const isUnused = numbers.isUnused(recipe, { id: run.id, serial, unit })
    if (isUnused)
      lines.push({ at: isoTime(clock.now()), level: 'info', words: `SN ${serial} was not used and is free again` })
    const values = {
      unit: isUnused && unit === serial ? null : unit,
      chip: slotState.unit?.chip ?? null,
      serial: isUnused ? null : serial,
    }
    const write = (how: AttemptResult['end']): Promise<unknown> =>
      store.write(() => {
        const last = runs.update(run.id, values)
        if (how.state === 'passed' && deviceId !== null) deviceRegistration.setVersions(recipe, deviceId)
        return runs.finish(last.id, how, lines, how.state === 'passed' ? deviceId : null, result.values)
      })
    try {
      await write(end)
      if (deviceId !== null) events.emit('device', deviceId)
      return end
    } catch (error) {
      active.isEnding = false
      logger.error({ err: error, run: run.id }, 'a unit record could not be written')
      const detail = error instanceof Error ? error.message : String(error)
      const failed = { state: 'failed', errorCode: 'RECORD_FAILED', errorData: { detail } } as const
      slotState.trouble = { code: failed.errorCode, data: failed.errorData }
      slotStates.changed(slotState)
      for (;;) {
        if (stopped) return failed
        await pause(clock, RECORD_AGAIN_MS)
        try {
          await write(failed)
          return failed
        } catch {
          logger.warn({ run: run.id }, 'the disk still does not take a unit record')
        }
      }
    }
  }

  const carryOut = async (
    slotState: SlotState,
    active: ActiveRun,
    waiting: RunRow,
    recipe: RecipeRow,
  ): Promise<void> => {
    await identification.stop(slotState)
    const run = await store.write(() => runs.move(waiting.id, 'running', { startedAt: clock.now() }))
    events.emit('run', run.id)
    const result = await flash(slotState, active, run, recipe)
    active.isEnding = true
    const end = await record(slotState, active, run, recipe, result)
    slotState.broke = end.errorCode === 'UNPLUGGED' ? slotState.broke + 1 : 0
    slotStates.apply(slotState, { kind: 'ended', state: end.state })
    events.emit('runEnded', end.state)
    logger.info({ run: run.id, slot: slotState.slot.label, unit: slotState.unit?.id, ...end }, 'a run has ended')
  }

  return {
    /** Starts a waiting run in its slot; the caller saw that the slot is free. */
    launch(slotState: SlotState, run: RunRow, recipe: RecipeRow): void {
      const active: ActiveRun = {
        id: run.id,
        serial: run.serial,
        unit: null,
        controller: new AbortController(),
        done: Promise.resolve(),
        isEnding: false,
        phase: null,
        progress: 0,
        speed: new Speed(),
        log: [],
      }
      // The unit from before the run may have been swapped.
      if (slotState.lamp !== 'identified') slotState.unit = undefined
      if (slotState.lamp === 'empty' && slotState.port) slotStates.apply(slotState, { kind: 'plugged' })
      slotState.waiting?.controller.abort()
      slotState.waiting = undefined
      slotState.run = active
      slotState.latestRun = run.id
      slotState.trouble = undefined
      busy()
      // The console pauses for the whole run, also between two links of it.
      const holding = consoles.hold(namesOf(slotState), { doing: 'run', slot: slotState.slot.label })
      active.done = holding
        .then(() => carryOut(slotState, active, run, recipe))
        .catch((error: unknown) => {
          logger.error({ err: error, run: run.id }, 'a run broke off inside')
          slotStates.apply(slotState, { kind: 'ended', state: 'failed' })
        })
        .finally(() => {
          void holding.then((giveBack) => giveBack())
          slotState.run = undefined
          slotState.scanned = null
          numbers.release(slotState)
          if (givesNumbers(recipe)) numbersChanged(scopeOf(recipe))
          slotState.endedAt = clock.now()
          busy()
          slotStates.changed(slotState)
          events.emit('run', run.id)
          ended(slotState, run.id)
        })
      slotStates.changed(slotState)
      events.emit('run', run.id)
    },

    /** Calls after every run whose slot is free again. */
    onEnded(listener: (slotState: SlotState, runId: number) => void): void {
      ended = listener
    },

    /** Ends the retries of writing records. */
    stop(): void {
      stopped = true
    },
  }
}

export type RunExecutor = ReturnType<typeof createRunExecutor>
