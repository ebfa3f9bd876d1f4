import { CommandOptions } from '#shared/targets/command.ts'
import { FlashError, type FlashJob, type Identity, unknownIdentity } from '../../flasher.ts'
import { programProblem } from '../../programs/program-file.ts'
import { makeRunFolder } from '../../programs/run-folder.ts'
import type { ProcessLink } from '../../transport.ts'
import { Bars } from './bars.ts'
import { OutputReader } from './output-reader.ts'
import { type CallFacts, composeCall, imageFile, type ProgramCall, SCRIPT_FILE } from './program-call.ts'
import { verdictOf } from './verdict.ts'

type Job = FlashJob<'process'>

const factsOf = ({ link, options, regions, unitValues }: Job): CallFacts => {
  const { serial, unit } = unitValues?.() ?? { serial: '', unit: '' }
  return {
    images: regions.map(({ name, address, unaddressed }, at) => ({
      name,
      file: imageFile(at, name),
      address: unaddressed ? null : address,
    })),
    values: CommandOptions.parse(options).values,
    port: link.name,
    usbpath: link.place.usbPath ?? '',
    usbserial: link.place.usbSerial ?? '',
    slot: link.place.slot,
    serial,
    unit,
  }
}

/** A signal that fires with the run's, or with a reason of its own when the time is up. */
const withLimit = ({ signal, clock }: Job, seconds: number) => {
  const late = new AbortController()
  const forget = clock.after(seconds * 1000, () => late.abort())
  return { signal: AbortSignal.any([signal, late.signal]), late: late.signal, forget }
}

/** An argument as a shell would show it. */
const shown = (argument: string): string => (/^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument))

const runProgram = async (job: Job, { args, script }: ProgramCall, reader: OutputReader): Promise<void> => {
  const { programmer } = job.link
  const { timeoutSeconds } = CommandOptions.parse(job.options)
  await using folder = await makeRunFolder([
    ...job.regions.map(({ name, bytes }, at) => ({ name: imageFile(at, name), content: bytes })),
    ...(script === undefined ? [] : [{ name: SCRIPT_FILE, content: script }]),
  ])
  job.signal.throwIfAborted()
  job.emit({ kind: 'log', level: 'info', text: [programmer.program, ...args].map(shown).join(' ') })
  const limit = withLimit(job, timeoutSeconds)
  try {
    const end = await job.link.run(
      {
        program: programmer.program,
        args,
        folder: folder.path,
        read: (output, source) => reader.read(output, source),
      },
      limit.signal,
    )
    const verdict = verdictOf({
      end,
      asksForSuccess: programmer.success !== undefined,
      succeeded: reader.succeeded,
      failure: reader.failure,
      words: reader.words,
    })
    if (verdict?.fails) throw new FlashError(verdict.code, verdict.data)
    if (verdict) job.emit({ kind: 'warning', code: verdict.code, data: verdict.data })
  } catch (error) {
    if (!limit.late.aborted || job.signal.aborted || error instanceof FlashError) throw error
    throw new FlashError('COMMAND_TIMEOUT', { seconds: timeoutSeconds, words: reader.words })
  } finally {
    limit.forget()
    reader.finish()
  }
}

/** Has the recipe's programmer write the unit. @throws FlashError COMMAND_…, NO_IMAGE; LinkLostError; the signal's reason. */
export const flashByProgram = async (job: Job): Promise<Identity> => {
  const { link, signal, emit, regions } = job
  if (regions.length === 0) throw new FlashError('NO_IMAGE')
  const { programmer }: ProcessLink = link
  // Before the guards, so that what is missing refuses the unit.
  const call = composeCall(programmer, factsOf(job))
  const problem = await programProblem(programmer.program)
  if (problem) throw new FlashError(problem.code, problem.data)
  for (const { code, data } of call.warnings) emit({ kind: 'warning', code, data })
  signal.throwIfAborted()
  await job.beforeErase(unknownIdentity)
  emit({ kind: 'phase', phase: 'writing' })
  signal.throwIfAborted()

  const total = regions.reduce((sum, { bytes }) => sum + bytes.length, 0)
  let identity: Identity = unknownIdentity
  const bars = new Bars(regions.length)
  const reader = new OutputReader(programmer, {
    log: (level, text) => emit({ kind: 'log', level, text }),
    progress: (percent) => emit({ kind: 'progress', done: Math.floor((total * bars.take(percent)) / 100), total }),
    unit: (unit) => {
      identity = { ...unknownIdentity, unit }
      emit({ kind: 'identity', identity })
    },
  })
  await runProgram(job, call, reader)
  emit({ kind: 'progress', done: total, total })
  return identity
}
