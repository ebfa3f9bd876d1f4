import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Programmer } from '#shared/schema.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError } from '../flasher.ts'
import { busPathOf } from '../ports/linux.ts'
import {
  LinkLostError,
  type OpenLink,
  type Place,
  type ProcessLink,
  type ProgramEnd,
  type ProgramStart,
} from '../transport.ts'
import { MARK, signalTree } from './process-tree.ts'

type Child = ChildProcessByStdio<null, Readable, Readable>

/** A program that is asked to end has this long to put the unit into a safe state. */
const KILL_MS = 800
/** What a program started may write for this long after it; then it is ended. */
const LINGER_MS = 500
/** After that its output is waited for this long. */
const HELD_MS = 5000

/** The station's own variables: its token and options, those of the hosts that start it. */
const ownVariable = /^(OTA_BENCH_|ELECTRON_|NODE_CHANNEL_|npm_)|^(NODE_OPTIONS|NODE_UNIQUE_ID|INIT_CWD)$/i

/** The environment of a program. Python programs write progress at once instead of at the end. */
export const programEnvironment = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PYTHONUNBUFFERED: '1',
  ...Object.fromEntries(Object.entries(own).filter(([name]) => !ownVariable.test(name))),
})

const startError = (error: NodeJS.ErrnoException, program: string): FlashError => {
  if (error.code === 'ENOENT') return new FlashError('COMMAND_NOT_FOUND', { program }, { cause: error })
  if (error.code === 'EACCES') return new FlashError('COMMAND_NOT_EXECUTABLE', { program }, { cause: error })
  return new FlashError('COMMAND_NOT_STARTED', { program, detail: error.message }, { cause: error })
}

/** Starts a program in a process group of its own. @throws FlashError. */
const startProgram = ({ program, args, folder }: ProgramStart, mark: string): Promise<Child> =>
  new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(startError(error, program))
    try {
      const child = spawn(program, [...args], {
        cwd: folder,
        env: { ...programEnvironment(process.env), [MARK]: mark },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
        shell: false,
      })
      child.once('error', fail)
      child.once('spawn', () => {
        child.off('error', fail)
        // A program that cannot be signalled has ended or will end by itself.
        child.on('error', () => undefined)
        resolve(child)
      })
    } catch (error) {
      fail(error as NodeJS.ErrnoException)
    }
  })

const endOf = (child: Child): Promise<ProgramEnd> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve({ code: child.exitCode, signal: child.signalCode })
    : new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))

/** Resolves with the work, or after that time. */
const atMost = async (work: Promise<unknown>, ms: number, clock: Clock): Promise<void> => {
  const late = Promise.withResolvers<void>()
  const forget = clock.after(ms, late.resolve)
  await Promise.race([work, late.promise])
  forget()
}

/** Ends a program with everything that it started: by request, then by force. */
const endTree = async (pid: number, mark: string, ended: Promise<unknown>, clock: Clock): Promise<void> => {
  await signalTree(pid, mark, 'SIGTERM')
  await atMost(ended, KILL_MS, clock)
  await signalTree(pid, mark, 'SIGKILL')
}

/**
 * A place at which programs run, one at a time; closing it ends what runs.
 * @param carryOut runs a program to its end, or until the signal.
 */
export const processLink = (
  path: string,
  programmer: Programmer,
  place: Place,
  carryOut: (start: ProgramStart, signal: AbortSignal) => Promise<ProgramEnd>,
): ProcessLink => {
  const closing = new AbortController()
  let running: Promise<unknown> = Promise.resolve()
  return {
    transport: 'process',
    name: path,
    place,
    programmer,
    async run(start, signal) {
      if (closing.signal.aborted) throw new LinkLostError(`${path}: closed`)
      const work = carryOut(start, AbortSignal.any([signal, closing.signal]))
      running = work.catch(() => undefined)
      return work
    },
    async close() {
      closing.abort(new LinkLostError(`${path}: closed`))
      await running
    },
  }
}

/** A place for a program of this machine; its port is never opened. */
export const openProcessLink = (path: string, programmer: Programmer, place: Place, clock: Clock): ProcessLink => {
  const carryOut = async (start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd> => {
    const mark = randomUUID()
    signal.throwIfAborted()
    const child = await startProgram(start, mark)
    const { pid = 0 } = child
    const ended = endOf(child)
    let stopping: Promise<void> | undefined
    let over = false
    const stop = (): void => {
      if (!over) stopping ??= endTree(pid, mark, ended, clock)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    // A fault of a reader ends the program as well.
    let fault: unknown
    const reading = Promise.all([start.read(child.stdout, 'stdout'), start.read(child.stderr, 'stderr')]).catch(
      (error: unknown) => {
        fault = error
        stop()
      },
    )
    try {
      const end = await ended
      await atMost(reading, LINGER_MS, clock)
      await signalTree(pid, mark, 'SIGKILL')
      // What it wrote before its end is read, unless somebody who cannot be ended holds the output open.
      if (!signal.aborted) await atMost(reading, HELD_MS, clock)
      if (fault !== undefined && !signal.aborted) throw fault
      signal.throwIfAborted()
      return end
    } finally {
      signal.removeEventListener('abort', stop)
      await stopping
      over = true
      child.stdout.destroy()
      child.stderr.destroy()
    }
  }

  return processLink(path, programmer, place, carryOut)
}

/** Opens places for programs. @param programmers those of the station, now. */
export const createProcessOpener =
  (programmers: () => readonly Programmer[], clock: Clock): OpenLink<'process'> =>
  async (path, { programmer: name }, place) => {
    const programmer = programmers().find((one) => one.name === name)
    if (!programmer) throw new FlashError('COMMAND_UNKNOWN', { programmer: name })
    // Programs know a device by its position on the bus, slots by the place in udev's words.
    const usbPath = (await busPathOf(path)) ?? place.usbPath
    return openProcessLink(path, programmer, { ...place, usbPath }, clock)
  }
