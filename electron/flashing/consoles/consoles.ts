import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type {
  Console,
  ConsoleEntry,
  ConsoleInput,
  ConsoleOutput,
  ConsolePatch,
  ConsoleRead,
  ConsoleSend,
  LineEnd,
} from '#shared/schema.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import { pause } from '../pause.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { LineSettings, SerialLink } from '../transport.ts'
import { createConsole, type Holder, type SerialConsole, type Trouble } from './console.ts'
import type { Entry } from './transcript.ts'

/** A console that nobody has used for this time is closed, so that other programs can open the port. */
const UNUSED_MS = 30_000
/** Each keeps up to 1 MB. */
const CONSOLES_MAX = 64
/** Bytes of one message of a stream. */
const MESSAGE_BYTES = 128 * 1024
/** Pause between two messages: what arrives meanwhile is one message. */
const MESSAGE_MS = 50

const ends: Readonly<Record<LineEnd, string>> = { crlf: '\r\n', lf: '\n', cr: '\r', none: '' }

/** What a call sends: text ends with CR LF and bytes as they are, unless it says otherwise. */
export const bytesToSend = ({ text, hex, lineEnd }: Pick<ConsoleSend, 'text' | 'hex' | 'lineEnd'>): Uint8Array =>
  text === undefined
    ? Buffer.concat([Buffer.from((hex ?? '').replace(/\s/g, ''), 'hex'), Buffer.from(ends[lineEnd ?? 'none'])])
    : Buffer.from(text + ends[lineEnd ?? 'crlf'])

/** A place by all its names: the physical location and the path of the port that is there. */
export interface PlaceNames {
  readonly location: string | null | undefined
  readonly path: string | null | undefined
}

/** What the bench knows of places. */
export interface Places {
  /** The port that has this location or path now; of a unit that shows several, its serial one. */
  readonly portAt: (place: string) => PortInfo | undefined
  /** A slot's place, and the port in it. @throws NOT_FOUND. */
  readonly slot: (slotId: number) => PlaceNames & { readonly baudRate: number | undefined }
  /** The slot of a port or a place. */
  readonly slotAt: (names: PlaceNames) => { readonly id: number; readonly label: string } | undefined
}

export type ConsoleView = Omit<Console, 'trouble'> & { readonly trouble: Trouble | null }
export type ConsoleOutputView = Omit<ConsoleOutput, 'console'> & { readonly console: ConsoleView }

interface Opened {
  readonly id: number
  readonly place: string
  readonly console: SerialConsole
  /** Streams that follow it, and single readings that wait. */
  readers: number
  waits: number
  usedAt: number
}

interface Hold {
  readonly names: PlaceNames
  readonly holder: Holder
}

interface Deps {
  readonly clock: Clock
  readonly places: Places
  readonly open: (path: string, settings: LineSettings) => Promise<SerialLink>
}

const isNamed = ({ location, path }: PlaceNames, name: string): boolean => location === name || path === name

const entryView = (entry: Entry): ConsoleEntry => ({
  position: entry.position,
  at: isoTime(entry.at),
  kind: entry.kind,
  base64: entry.kind === 'note' ? '' : Buffer.from(entry.bytes).toString('base64'),
  note: entry.kind === 'note' ? entry.note : null,
  slot: (entry.kind === 'note' && entry.slot) || null,
})

export type Consoles = ReturnType<typeof createConsoles>

/** The serial consoles of the bench, one at a place however many look at it. A run or an identification takes the port and gives it back. */
export const createConsoles = ({ clock, places, open }: Deps) => {
  const consoles = new Map<number, Opened>()
  const holds = new Set<Hold>()
  let lastId = 0
  let stopped = false

  const { portAt } = places

  const namesOf = (place: string): PlaceNames => {
    const port = portAt(place)
    return port ? { location: port.location ?? place, path: port.path } : { location: place, path: place }
  }

  const holderOf = (place: string): Holder | undefined => {
    const { location, path } = namesOf(place)
    for (const { names, holder } of holds)
      if ([place, location, path].some((name) => name != null && isNamed(names, name))) return holder
    return undefined
  }

  const at = (names: PlaceNames): Opened | undefined =>
    consoles.values().find(({ place }) => {
      const own = namesOf(place)
      return isNamed(names, place) || (own.path != null && isNamed(names, own.path))
    })

  /** Looks again at every console that may be concerned. */
  const lookAll = async (): Promise<void> => {
    await Promise.all([...consoles.values()].map(({ console }) => console.look()))
  }

  const view = ({ id, place, console, readers }: Opened): ConsoleView => {
    const names = namesOf(place)
    const { settings, lines, paused, transcript } = console
    return {
      id,
      place,
      path: portAt(place)?.path ?? null,
      slotId: places.slotAt(names)?.id ?? null,
      state: console.state,
      pausedFor: paused?.doing ?? null,
      slot: paused?.slot ?? places.slotAt(names)?.label ?? null,
      trouble: console.trouble ?? null,
      baudRate: settings.baudRate,
      parity: settings.parity ?? 'none',
      dataBits: settings.dataBits ?? 8,
      stopBits: settings.stopBits ?? 1,
      dtr: lines.dtr,
      rts: lines.rts,
      readers,
      begin: transcript.begin,
      end: transcript.end,
      openedAt: isoTime(console.openedAt),
    }
  }

  /** @throws NOT_FOUND. */
  const used = (id: number): Opened => {
    const opened = consoles.get(id)
    if (!opened) throw new DomainError('NOT_FOUND', { what: 'console', id })
    opened.usedAt = clock.steady()
    return opened
  }

  const remove = async (opened: Opened): Promise<void> => {
    consoles.delete(opened.id)
    await opened.console.close()
  }

  const closeUnused = (opened: Opened): void => {
    clock.after(UNUSED_MS, () => {
      if (consoles.get(opened.id) !== opened) return
      if (opened.readers + opened.waits === 0 && clock.steady() - opened.usedAt >= UNUSED_MS) void remove(opened)
      else closeUnused(opened)
    })
  }

  const output = (opened: Opened, offset: number, limit: number): ConsoleOutputView => {
    const { entries, dropped, next } = opened.console.transcript.read(offset, limit)
    return { console: view(opened), dropped, next, entries: entries.map(entryView) }
  }

  const settingsIn = ({ baudRate, parity, dataBits, stopBits }: ConsolePatch): Partial<LineSettings> => ({
    ...(baudRate !== undefined && { baudRate }),
    ...(parity !== undefined && { parity }),
    ...(dataBits !== undefined && { dataBits }),
    ...(stopBits !== undefined && { stopBits }),
  })

  /** @throws NOT_FOUND: no such slot or port. */
  const placeOf = (input: ConsoleInput): PlaceNames & { readonly baudRate: number | undefined } => {
    if (input.slotId !== undefined) return places.slot(input.slotId)
    const path = input.path ?? ''
    const port = portAt(path)
    if (!port) throw new DomainError('NOT_FOUND', { what: 'port', id: path })
    const slot = places.slotAt(port)
    return { location: port.location, path: port.path, baudRate: slot && places.slot(slot.id).baudRate }
  }

  const hold = async (names: PlaceNames, holder: Holder): Promise<() => void> => {
    const mine: Hold = { names, holder }
    holds.add(mine)
    await lookAll()
    return () => {
      if (holds.delete(mine)) void lookAll()
    }
  }

  return {
    list: (): ConsoleView[] => [...consoles.values()].map(view),
    get: (id: number): ConsoleView => view(used(id)),

    /** Opens the console of a slot or port; one that is open stays, with the settings that are given. @throws NOT_FOUND, CONSOLE_LIMIT. */
    async open(input: ConsoleInput): Promise<ConsoleView> {
      const { baudRate = 115_200, ...names } = placeOf(input)
      const there = at(names)
      if (there) {
        there.usedAt = clock.steady()
        const next = settingsIn(input)
        if (Object.keys(next).length > 0) await there.console.configure(next, {})
        return view(there)
      }
      if (stopped || consoles.size >= CONSOLES_MAX) throw new DomainError('CONSOLE_LIMIT', { limit: CONSOLES_MAX })
      const place = names.location ?? names.path ?? ''
      const console = createConsole(
        { clock, open, port: () => portAt(place), holder: () => holderOf(place) },
        { baudRate, ...settingsIn(input) },
      )
      lastId += 1
      const opened: Opened = { id: lastId, place, console, readers: 0, waits: 0, usedAt: clock.steady() }
      consoles.set(opened.id, opened)
      const { changes } = console
      console.start()
      closeUnused(opened)
      // The caller learns whether the port opened.
      await console.change(changes, undefined, 2000)
      return view(opened)
    },

    /** Gives the port back, for everybody who looks at it. @throws NOT_FOUND. */
    close: (id: number): Promise<void> => remove(used(id)),

    /** @throws NOT_FOUND, CONSOLE_NOT_OPEN, CONSOLE_STALLED. */
    send: async (input: ConsoleSend): Promise<ConsoleView> => {
      const opened = used(input.id)
      await opened.console.send(bytesToSend(input))
      return view(opened)
    },

    /** @throws NOT_FOUND. */
    async update(id: number, patch: ConsolePatch): Promise<ConsoleView> {
      const opened = used(id)
      const { dtr, rts } = patch
      await opened.console.configure(settingsIn(patch), {
        ...(dtr !== undefined && { dtr }),
        ...(rts !== undefined && { rts }),
      })
      return view(opened)
    },

    /** What is kept from an offset on; waits where there is nothing yet. @throws NOT_FOUND. */
    async read(
      { id, offset, limit, waitSeconds }: z.output<typeof ConsoleRead>,
      signal?: AbortSignal,
    ): Promise<ConsoleOutputView> {
      const opened = used(id)
      const { console } = opened
      opened.waits += 1
      try {
        const until = clock.steady() + waitSeconds * 1000
        for (;;) {
          const left = until - clock.steady()
          if (left <= 0 || console.transcript.end > offset || console.state === 'closed' || signal?.aborted) break
          await console.change(console.changes, signal, left)
        }
        return output(opened, offset, limit)
      } finally {
        opened.waits -= 1
        opened.usedAt = clock.steady()
      }
    },

    /**
     * Follows a console from an offset on, until it is closed. The next message is made when the one before was taken: a slow reader
     * is told how much was dropped, and nothing waits for it. @throws NOT_FOUND.
     */
    async *follow(id: number, offset: number, signal?: AbortSignal): AsyncGenerator<ConsoleOutputView> {
      const opened = used(id)
      const { console } = opened
      opened.readers += 1
      try {
        let next = offset
        let seen = -1
        while (!signal?.aborted) {
          const { changes, state } = console
          if (changes !== seen || console.transcript.end > next) {
            const message = output(opened, next, MESSAGE_BYTES)
            next = message.next
            seen = changes
            yield message
            if (state === 'closed' && next >= console.transcript.end) return
            await pause(clock, MESSAGE_MS)
          } else await console.change(changes, signal)
        }
      } finally {
        opened.readers -= 1
        opened.usedAt = clock.steady()
      }
    },

    /** Takes a place; its console is closed when this resolves, and looks again when the returned function is called. */
    hold,

    /** The line of a run, so that its console shows what is read from and written to it. */
    overheard(link: SerialLink, names: PlaceNames): SerialLink {
      const console = () => at(names)?.console
      return {
        ...link,
        read: async (timeoutMs, signal) => {
          const bytes = await link.read(timeoutMs, signal)
          console()?.overhear('received', bytes)
          return bytes
        },
        write: (bytes) => {
          console()?.overhear('sent', bytes)
          return link.write(bytes)
        },
      }
    },

    /** A port came or went. */
    portChanged: (): void => void lookAll(),

    async stop(): Promise<void> {
      stopped = true
      await Promise.all([...consoles.values()].map(remove))
    },
  }
}
