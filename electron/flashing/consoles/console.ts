import { DomainError } from '#shared/errors.ts'
import { CONSOLE_KEPT_BYTES } from '#shared/schema.ts'
import { type ConsoleState, consoleTransitions } from '#shared/states/console.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError, type ReasonData } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import { type ControlLines, type LineSettings, LinkLostError, type SerialLink } from '../transport.ts'
import { Transcript } from './transcript.ts'

/** A wait of a reader, so that the loop sees what is wanted of it; an interruption ends it at once. */
const READ_MS = 60_000
/** Time between two tries to open a port that another program has, or that is about to appear. */
const AGAIN_MS = 1000
/** A write that the operating system does not take within this time counts as stalled. */
const STALL_MS = 5000
/** Entries of a transcript, so that a unit that prints a byte now and then costs as little as one that prints much. */
const KEPT_ENTRIES = 20_000

/** Who has the port instead of the console. */
export interface Holder {
  readonly doing: 'run' | 'identification'
  /** The slot's label. */
  readonly slot: string | undefined
}

interface ConsoleDeps {
  readonly clock: Clock
  readonly open: (path: string, settings: LineSettings) => Promise<SerialLink>
  /** The port that is at the console's place now. */
  readonly port: () => PortInfo | undefined
  /** Who has the port now. */
  readonly holder: () => Holder | undefined
}

/** Why the port cannot be opened. */
export interface Trouble {
  readonly code: string
  readonly data: ReasonData
}

export type SerialConsole = ReturnType<typeof createConsole>

/**
 * A serial console at a place: it opens the port whenever one is there and nobody else of the bench has it, and keeps the last of what
 * was received. Closing it is final.
 */
export const createConsole = ({ clock, open, port, holder }: ConsoleDeps, first: LineSettings) => {
  const transcript = new Transcript({ bytes: CONSOLE_KEPT_BYTES, entries: KEPT_ENTRIES })
  const openedAt = clock.now()
  let state: ConsoleState = 'opening'
  let trouble: Trouble | undefined
  let paused: Holder | undefined
  let settings: LineSettings = first
  let lines: ControlLines = { dtr: true, rts: true }
  let closed = false
  let link: SerialLink | undefined
  /** Ends what the loop waits for; each turn of the loop has its own. */
  let interruption = new AbortController()
  /** Resolves when the port is not open and not being opened; undefined: it is not. */
  let using: Promise<void> | undefined
  const waiting = new Set<() => void>()
  /** Counts what readers are to see. */
  let changes = 0

  const tell = (): void => {
    changes += 1
    for (const wake of [...waiting]) wake()
  }

  const move = (next: ConsoleState): void => {
    if (next === state) return
    if (!mayMove(consoleTransitions, state, next)) throw new Error(`a console cannot go from ${state} to ${next}`)
    state = next
    // An attempt to open says nothing that its result does not say.
    if (next !== 'opening') transcript.note(next, paused?.slot, clock.now())
    tell()
  }

  const interrupt = (): void => interruption.abort(new Error('interrupted'))

  const woken = (ms: number | undefined, { signal }: AbortController): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const forget = ms === undefined ? undefined : clock.after(ms, resolve)
      const wake = (): void => {
        forget?.()
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
    })

  /** Receives until the port is gone or the loop is interrupted. */
  const receive = async (opened: SerialLink, { signal }: AbortController): Promise<void> => {
    for (;;) {
      const bytes = await opened.read(READ_MS, signal)
      if (bytes.length === 0) continue
      transcript.append('received', bytes, clock.now())
      tell()
    }
  }

  /** Opens the port and receives. @throws FlashError, LinkLostError. */
  const use = async (path: string, now: AbortController): Promise<void> => {
    const opened = await open(path, settings)
    try {
      now.signal.throwIfAborted()
      await opened.setLines(lines)
      now.signal.throwIfAborted()
      link = opened
      trouble = undefined
      move('open')
      await receive(opened, now)
    } finally {
      link = undefined
      // What arrived before an interruption was noticed.
      transcript.append('received', await opened.read(0).catch(() => new Uint8Array(0)), clock.now())
      await opened.close().catch(() => undefined)
    }
  }

  const work = async (): Promise<void> => {
    while (!closed) {
      // What changed before this turn is seen by it.
      const now = new AbortController()
      interruption = now
      paused = holder()
      const there = port()
      if (paused) {
        trouble = undefined
        move('paused')
        await woken(undefined, now)
        continue
      }
      if (!there) {
        trouble = undefined
        move('gone')
        await woken(undefined, now)
        continue
      }
      if ((there.kind ?? 'serial') !== 'serial') {
        trouble = { code: 'PORT_NOT_SERIAL', data: { port: there.path, detail: there.kind ?? '' } }
        move('failed')
        await woken(undefined, now)
        continue
      }
      // A console that failed or is gone keeps its state while it tries again.
      if (state === 'paused') move('opening')
      const done = use(there.path, now)
      using = done.then(
        () => undefined,
        () => undefined,
      )
      try {
        await done
      } catch (error) {
        if (now.signal.aborted) continue
        const isGone = error instanceof LinkLostError || (error instanceof FlashError && error.code === 'PORT_GONE')
        if (isGone) {
          trouble = undefined
          move('gone')
        } else {
          const known = error instanceof FlashError
          const detail = error instanceof Error ? error.message : String(error)
          trouble = known
            ? { code: error.code, data: error.data }
            : { code: 'PORT_FAILED', data: { port: there.path, detail } }
          move('failed')
        }
        await woken(AGAIN_MS, now)
      } finally {
        using = undefined
      }
    }
  }

  let ended: Promise<void> = Promise.resolve()

  return {
    transcript,
    openedAt,
    get state() {
      return state
    },
    get trouble() {
      return trouble
    },
    get paused() {
      return state === 'paused' ? paused : undefined
    },
    get settings() {
      return settings
    },
    get lines() {
      return lines
    },
    get changes() {
      return changes
    },

    /** Begins; called once. */
    start(): void {
      ended = work()
    },

    /** Something changed at its place: looks again. The port is closed when this resolves if somebody else has it now. */
    async look(): Promise<void> {
      if (closed || (state === 'open' && holder() === undefined && port() !== undefined)) return
      const busy = using
      interrupt()
      await busy
    },

    /** Resolves at the next change, or when the signal fires. */
    change(since: number, signal: AbortSignal | undefined, ms?: number): Promise<void> {
      if (changes !== since || closed || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          forget?.()
          resolve()
        }
        const forget = ms === undefined ? undefined : clock.after(ms, wake)
        waiting.add(wake)
        signal?.addEventListener('abort', wake, { once: true })
      })
    },

    /** Adds what somebody else read from or wrote to the port in its place. */
    overhear(kind: 'received' | 'sent', bytes: Uint8Array): void {
      if (closed || bytes.length === 0) return
      transcript.append(kind, Uint8Array.from(bytes), clock.now())
      tell()
    },

    /** @throws CONSOLE_NOT_OPEN, CONSOLE_STALLED. */
    async send(bytes: Uint8Array): Promise<void> {
      if (!link) throw new DomainError('CONSOLE_NOT_OPEN')
      // Before the write, because the answer may come before the write is done.
      transcript.append('sent', Uint8Array.from(bytes), clock.now())
      tell()
      const stalled = Promise.withResolvers<never>()
      const forget = clock.after(STALL_MS, () => stalled.reject(new DomainError('CONSOLE_STALLED')))
      try {
        await Promise.race([link.write(bytes), stalled.promise])
      } catch (error) {
        throw error instanceof DomainError ? error : new DomainError('CONSOLE_NOT_OPEN')
      } finally {
        forget()
      }
    },

    /** Changes speed, parity and control lines, at once where the port is open. */
    async configure(next: Partial<LineSettings>, nextLines: Partial<ControlLines>): Promise<void> {
      settings = { ...settings, ...next }
      lines = { ...lines, ...nextLines }
      tell()
      try {
        if (Object.keys(next).length > 0) await link?.configure(settings)
        // A change of parity opens the port anew.
        await link?.setLines(lines)
      } catch (error) {
        // The loop meets the loss itself.
        if (!(error instanceof LinkLostError)) throw error
      }
    },

    /** Gives the port back for good. */
    async close(): Promise<void> {
      if (closed) return
      closed = true
      paused = undefined
      interrupt()
      await ended
      move('closed')
    },
  }
}
