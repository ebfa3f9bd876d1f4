import type { FlashPhase } from '#shared/flashing.ts'
import type { RunLogLine } from '#shared/schema.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { Family } from '../families/family.ts'
import type { FlashEvent, Identity, Region } from '../flasher.ts'
import type { SerialLink } from '../link.ts'
import { runChecks } from './post-checks.ts'
import { endOf, logWords, passed, type RunEnd } from './run-end.ts'
import { untilStopped } from './stop-run.ts'
import { needsUnit, type UnitValues, unitRegion } from './unit-data.ts'

/** Lines of a log: a family that says more than that says nothing. */
const LOG_LINES = 2000

/** One attempt at one unit, as its slot starts it. */
export interface AttemptJob {
  readonly family: Family
  readonly content: RecipeContent
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly serial: string | null
  /** Takes what happens, line by line. */
  readonly log: RunLogLine[]
  /** Who stood there at plug-in; undefined: nobody knew. */
  readonly atPlugIn: string | undefined
  readonly regions: () => Promise<readonly Region[]>
  /** @throws FlashError. */
  readonly open: () => Promise<SerialLink>
  /** Asks the guards. @throws Refusal. */
  readonly guard: (identity: Identity) => void
  readonly onPhase: (phase: FlashPhase) => void
  readonly onProgress: (done: number, total: number) => void
  readonly onIdentity: (identity: Identity) => void
}

export interface AttemptResult {
  readonly end: RunEnd
  readonly log: readonly RunLogLine[]
}

/** Flashes one unit and checks it. Never throws: what went wrong is how it ended, in words, with the log of what happened. */
export const attempt = async (job: AttemptJob): Promise<AttemptResult> => {
  const { clock, signal, family, log } = job
  const say = (level: RunLogLine['level'], words: string): void => {
    if (log.length < LOG_LINES) log.push({ at: isoTime(clock.now()), level, words })
  }
  let phase: FlashPhase | null = null
  let erased = false
  let link: SerialLink | undefined
  let unit = job.atPlugIn
  const enter = (next: FlashPhase): void => {
    if (next === phase) return
    phase = next
    say('info', next)
    job.onPhase(next)
  }
  const hear = (event: FlashEvent): void => {
    if (signal.aborted) return
    if (event.kind === 'phase') enter(event.phase)
    else if (event.kind === 'progress') job.onProgress(event.done, event.total)
    else if (event.kind === 'log') say(event.level, event.words)
    else {
      const { chip, unit: id, flashSize } = event.identity
      unit = id ?? unit
      say(
        'info',
        [chip ?? 'chip unknown', id ?? 'no identity', flashSize ? `${flashSize} bytes of flash` : '']
          .filter(Boolean)
          .join(' · '),
      )
      job.onIdentity(event.identity)
    }
  }
  const values = (): UnitValues => ({ serial: job.serial ?? unit ?? '', unit: unit ?? '' })

  const work = async (): Promise<void> => {
    const options = family.options.parse(job.content.options)
    const images = await job.regions()
    signal.throwIfAborted()
    enter('connecting')
    link = await job.open()
    if (signal.aborted) {
      // Nobody may be waiting any more who would close it.
      await link.close()
      throw signal.reason
    }
    const shared = { link, options, signal, clock, emit: hear }
    const { unitData, checks } = job.content
    if (needsUnit(unitData) && unit === undefined) unit = (await family.flasher.identify(shared)).unit
    const regions = unitData ? [...images, unitRegion(unitData, values())] : images
    say('info', `to write: ${regions.map(({ name, bytes }) => `${name} (${bytes.length} bytes)`).join(', ')}`)
    await family.flasher.flash({
      ...shared,
      regions,
      beforeErase: (identity) => {
        unit = identity.unit ?? unit
        job.guard(identity)
        erased = true
        say('info', 'guards passed')
      },
    })
    if (checks.length === 0) return
    enter('checking')
    await runChecks({ link, checks, values: values(), signal, clock, log: (words) => say('info', words) })
  }

  const finish = async (): Promise<RunEnd> => {
    try {
      await untilStopped(work(), signal, clock, () => link)
      return passed
    } catch (error) {
      // Whatever a family makes of a link that was closed under it: it was stopped.
      return endOf(signal.aborted ? signal.reason : error, phase, erased)
    } finally {
      await link?.close().catch(() => undefined)
    }
  }

  const end = await finish()
  if (end.errorCode === null) say('info', 'passed')
  else say('error', logWords(end.errorCode, end.errorData))
  return { end, log }
}
