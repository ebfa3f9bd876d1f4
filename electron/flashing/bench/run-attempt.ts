import type { FlashPhase } from '#shared/flashing.ts'
import type { MeasuredValue, RunLogLine } from '#shared/schema.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { Family } from '../families/family.ts'
import type { FlashEvent, Identity, Region } from '../flasher.ts'
import { type Link, LinkLostError, type SerialLink } from '../transport.ts'
import { runChecks } from './post-checks.ts'
import { endOf, logText, passed, Refusal, type RunEnd } from './run-end.ts'
import { untilStopped } from './stop-run.ts'
import { needsUnit, type UnitValues, unitRegion } from './unit-data.ts'

/** Longest log of a run, in lines; later lines are dropped. */
const LOG_LINES = 2000

/** One attempt at one unit, as its slot starts it. */
export interface AttemptJob {
  readonly family: Family
  readonly content: RecipeContent
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The serial number as the run was stored; null: none. */
  readonly serial: string | null
  /** The recipe gives the serial numbers: which one depends on the unit. */
  readonly numbersUnits: boolean
  /** The serial number for the unit (undefined: unknown). @throws Refusal: there is none. */
  readonly serialOf: (unit: string | undefined) => Promise<string | null>
  /** Receives what happens, line by line. */
  readonly log: RunLogLine[]
  /** The unit identified at plug-in; undefined: none was. */
  readonly atPlugIn: string | undefined
  /** The id of a unit that does not identify itself: its USB serial number or barcode; undefined: it has neither. */
  readonly namedBy: string | undefined
  readonly regions: () => Promise<readonly Region[]>
  /** Opens the family's link to the slot. @throws FlashError, Refusal. */
  readonly open: () => Promise<Link>
  /** Resolves when a unit that left the bus is back. @throws LinkLostError. */
  readonly whenBack: () => Promise<void>
  /** Opens the serial console of the slot, for a family of another transport. @throws FlashError, Refusal. */
  readonly openConsole: () => Promise<SerialLink>
  /** The console's line, shown to whoever looks at it. */
  readonly overheard: (link: SerialLink) => SerialLink
  /** Checks the chip alone. @throws Refusal. */
  readonly checkChip: (identity: Identity) => void
  /** Checks the guards. @throws Refusal. */
  readonly guard: (identity: Identity) => Promise<void>
  readonly onPhase: (phase: FlashPhase) => void
  readonly onProgress: (done: number, total: number) => void
  readonly onIdentity: (identity: Identity) => void
}

export interface AttemptResult {
  readonly end: RunEnd
  readonly log: readonly RunLogLine[]
  /** What the checks measured, in the order in which they read it. */
  readonly values: readonly MeasuredValue[]
}

const isLost = async (link: SerialLink): Promise<boolean> => {
  try {
    link.unread(await link.read(0))
    return false
  } catch (error) {
    if (error instanceof LinkLostError) return true
    throw error
  }
}

/** The link, or a new one where a unit has left the bus because it was restarted after its identification. */
const stillThere = async (link: Link, reopen: () => Promise<Link>): Promise<Link> =>
  link.transport === 'serial' && (await isLost(link)) ? reopen() : link

/** Flashes one unit and checks it. Never throws: every error becomes the end of the run, with the log of what happened. */
export const attempt = async (job: AttemptJob): Promise<AttemptResult> => {
  const { clock, signal, family, log } = job
  const note = (level: RunLogLine['level'], text: string): void => {
    if (log.length < LOG_LINES) log.push({ at: isoTime(clock.now()), level, words: text })
  }
  const measured: MeasuredValue[] = []
  let phase: FlashPhase | null = null
  let erased = false
  let link: Link | undefined
  let unit = job.atPlugIn
  let { serial } = job
  let met: Identity | undefined
  const enter = (next: FlashPhase): void => {
    if (next === phase) return
    phase = next
    note('info', next)
    job.onPhase(next)
  }
  const onEvent = (event: FlashEvent): void => {
    // What a family says when it stops is still worth a line.
    if (signal.aborted && event.kind !== 'warning') return
    if (event.kind === 'phase') enter(event.phase)
    else if (event.kind === 'progress') job.onProgress(event.done, event.total)
    else if (event.kind === 'log') note(event.level, event.text)
    else if (event.kind === 'warning') note('warn', logText(event.code, event.data))
    else if (event.kind === 'facts') {
      if (!met) return
      met = { ...met, facts: { ...met.facts, ...event.facts } }
      job.onIdentity(met)
    } else {
      met = event.identity
      const { chip, unit: id, flashSize } = met
      unit = id ?? unit
      note(
        'info',
        [chip ?? 'chip unknown', id ?? 'no identity', flashSize ? `${flashSize} bytes of flash` : '']
          .filter(Boolean)
          .join(' · '),
      )
      job.onIdentity(event.identity)
    }
  }
  const values = (): UnitValues => {
    const id = unit ?? job.namedBy ?? serial ?? ''
    return { serial: serial ?? id, unit: id }
  }

  /** Notes the link that is to be closed; one that opens after the run was stopped is closed at once. */
  const taken = async <L extends Link>(opening: Promise<L>): Promise<L> => {
    const opened = await opening
    link = opened
    if (!signal.aborted) return opened
    await opened.close()
    throw signal.reason
  }

  /** The line that the unit's console is on: that of a serial family, else one that is opened after the family's link is closed. */
  const consoleOf = async (unitLink: Link): Promise<SerialLink> => {
    if (unitLink.transport === 'serial') {
      if (!(await isLost(unitLink))) return unitLink
      // The firmware that was just started took the chip's own USB off the bus.
      await job.whenBack()
      return taken(job.openConsole())
    }
    await unitLink.close()
    // What wrote the unit may have reset it, and its own USB with it.
    await job.whenBack()
    return taken(job.openConsole())
  }

  const work = async (): Promise<void> => {
    const options = family.facts.options.parse(job.content.options)
    const images = await job.regions()
    signal.throwIfAborted()
    enter('connecting')
    const unitLink = await taken(job.open())
    const reopen = async (): Promise<Link> => {
      note('info', 'the unit left the bus')
      await job.whenBack()
      return taken(job.open())
    }
    const shared = { link: unitLink, options, signal, clock, emit: onEvent, reopen }
    const { unitData, checks } = job.content
    if ((needsUnit(unitData) || job.numbersUnits) && unit === undefined)
      unit = (await family.flasher.identify(shared)).unit
    serial = await job.serialOf(unit)
    const regions = unitData ? [...images, unitRegion(unitData, values())] : images
    note('info', `to write: ${regions.map(({ name, bytes }) => `${name} (${bytes.length} bytes)`).join(', ')}`)
    await family.flasher.flash({
      ...shared,
      link: await stillThere(link ?? unitLink, reopen),
      regions,
      unitValues: values,
      beforeErase: async (identity) => {
        unit = identity.unit ?? unit
        await job.guard(identity)
        erased = true
        note('info', 'guards passed')
      },
    })
    if (checks.length === 0) return
    enter('checking')
    const console = job.overheard(await consoleOf(link ?? unitLink))
    await runChecks({
      link: console,
      checks,
      values: values(),
      signal,
      clock,
      log: (text) => note('info', text),
      onValues: (read) => measured.push(...read),
    })
    // What came after the last answer.
    await console.read(0, signal)
  }

  /** Another chip than expected explains whatever the family found wrong with its images; undefined: the chip fits. */
  const chipRefusal = (): RunEnd | undefined => {
    if (!met) return undefined
    try {
      job.checkChip(met)
      return undefined
    } catch (refusal) {
      return endOf(refusal, phase)
    }
  }

  const finish = async (): Promise<RunEnd> => {
    try {
      await untilStopped(work(), signal, clock, () => link)
      return passed
    } catch (error) {
      // A family whose link was closed by the stop may throw anything.
      if (signal.aborted) {
        const end = endOf(signal.reason, phase)
        return erased && family.stopped !== undefined ? { ...end, errorCode: family.stopped } : end
      }
      const end = endOf(error, phase, erased ? undefined : family.refusals)
      return end.state === 'refused' && !(error instanceof Refusal) ? (chipRefusal() ?? end) : end
    } finally {
      await link?.close().catch(() => undefined)
    }
  }

  const end = await finish()
  if (end.errorCode === null) note('info', 'passed')
  else note('error', logText(end.errorCode, end.errorData))
  return { end, log, values: measured }
}
