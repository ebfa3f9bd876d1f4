import type { DeviceMessage, MessageKind } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import { isoTime } from '../store/pagination.ts'
import { maskSecrets } from './masking.ts'

/** One message or step of a connection, for the protocol log. */
export interface Note {
  readonly direction: 'in' | 'out'
  /** MQTT topic, HTTP request line, or `CONNECT` and the like. */
  readonly channel: string
  readonly payload?: string | Uint8Array | undefined
  /** The recognised kind; absent when there is none. */
  readonly kind?: MessageKind
  readonly detail?: string | undefined
  /** Why it was invalid, not allowed, or not delivered. */
  readonly refused?: string | undefined
  readonly qos?: number | undefined
  /** For frequent messages of low value: replaces the previous similar entry and counts it. */
  readonly onlyLast?: boolean
}

/** Data that becomes known after a message is logged. */
type Afterwards = Pick<Note, 'detail' | 'refused'> & {
  readonly kind?: MessageKind | undefined
  readonly acknowledged?: boolean | undefined
}

/** Adds data to a logged message; has no effect when the entry is already removed. */
export type Amend = (afterwards: Afterwards) => void

export type ProtocolLog = ReturnType<typeof createProtocolLog>

/** Messages kept per device. */
const PER_DEVICE = 100
/** Approximate total bytes; above it the entries of the devices inactive for longest are removed. */
const BYTES = 64 * 1024 * 1024
/** Bytes of a payload that are kept as text and as hex. */
const TEXT_BYTES = 4096
const HEX_BYTES = 64
/** Memory of an entry without its texts, and of one character of text. */
const ENTRY_BYTES = 400
const CHARACTER_BYTES = 2

/** Devices whose frequent messages wait, at most. */
const GATHERED_DEVICES = 4096

/** A message of which the last similar one is kept. Its detail is made when somebody reads it. */
type FrequentNote = Omit<Note, 'onlyLast' | 'detail'> & { readonly detail: () => string }

/** Similar messages that are no entry yet. */
interface Gathered {
  last: FrequentNote
  at: number
  times: number
}

interface Entry extends Omit<DeviceMessage, 'at'> {
  readonly at: number
  /** A similar entry may replace it. */
  readonly onlyLast: boolean
}

/**
 * The last messages of each device in both directions, in memory: an engineer reads them when a device does not upgrade.
 * Secrets are masked before a message is kept.
 */
export const createProtocolLog = (
  { clock }: { readonly clock: Pick<Clock, 'now'> },
  limits: { readonly perDevice: number; readonly bytes: number } = { perDevice: PER_DEVICE, bytes: BYTES },
) => {
  /** Entries by device, the most recently active device last; messages oldest first. */
  const byDevice = new Map<number, Entry[]>()
  let bytes = 0
  let lastId = 0
  let revision = 0

  const drop = (entries: Entry[], at: number): void => {
    for (const entry of entries.splice(at, 1)) bytes -= sizeOf(entry)
  }

  /** Frees memory: removes the device inactive for longest; if only one device is left, its oldest entries. */
  const makeRoom = (): void => {
    // At each message, so before an iterator is made.
    if (bytes <= limits.bytes) return
    for (const [deviceId, entries] of byDevice) {
      while (bytes > limits.bytes && entries.length > 0) drop(entries, 0)
      if (bytes <= limits.bytes) return
      byDevice.delete(deviceId)
    }
  }

  const entriesOf = (deviceId: number): Entry[] => {
    const entries = byDevice.get(deviceId) ?? []
    byDevice.delete(deviceId)
    byDevice.set(deviceId, entries)
    return entries
  }

  const gathered = new Map<number, Gathered>()

  const log = (deviceId: number, note: Note, at: number, times: number): Amend => {
    const entries = entriesOf(deviceId)
    const channel = maskSecrets(note.channel)
    const kind = note.kind ?? 'other'
    const refused = masked(note.refused)
    const isAlike = (entry: Entry): boolean =>
      entry.onlyLast && entry.kind === kind && entry.channel === channel && entry.refused === refused
    const alike = note.onlyLast ? entries.findLastIndex(isAlike) : -1
    const timesBefore = entries[alike]?.times ?? 0
    if (alike >= 0) drop(entries, alike)
    const entry: Entry = {
      id: ++lastId,
      revision: ++revision,
      at,
      direction: note.direction,
      channel,
      ...decoded(note.payload),
      kind,
      detail: masked(note.detail),
      refused,
      qos: note.qos ?? null,
      acknowledged: note.direction === 'out' && (note.qos ?? 0) > 0 ? false : null,
      times: timesBefore + times,
      onlyLast: note.onlyLast === true,
    }
    entries.push(entry)
    bytes += sizeOf(entry)
    if (entries.length > limits.perDevice) drop(entries, 0)
    makeRoom()
    const { id } = entry
    return ({ detail, refused, kind: understood, acknowledged }) => {
      const at = entries.findLastIndex((candidate) => candidate.id === id)
      const known = entries[at]
      if (!known) return
      const amended: Entry = {
        ...known,
        revision: ++revision,
        ...(understood !== undefined && { kind: understood }),
        ...(detail !== undefined && { detail: maskSecrets(detail) }),
        ...(refused !== undefined && { refused: maskSecrets(refused) }),
        ...(acknowledged !== undefined && { acknowledged }),
      }
      bytes += sizeOf(amended) - sizeOf(known)
      entries[at] = amended
    }
  }

  const settle = (deviceId: number): void => {
    const waiting = gathered.get(deviceId)
    if (!waiting) return
    gathered.delete(deviceId)
    log(deviceId, { ...waiting.last, detail: waiting.last.detail(), onlyLast: true }, waiting.at, waiting.times)
  }

  return {
    /** Logs a message of a device. */
    note(deviceId: number, note: Note): Amend {
      settle(deviceId)
      return log(deviceId, note, clock.now(), 1)
    },

    /**
     * Logs a message of which only the last similar one is kept, as a piece of a download: it becomes an entry when another message follows
     * or somebody reads, and until then costs a comparison.
     */
    noteFrequent(deviceId: number, note: FrequentNote): void {
      const waiting = gathered.get(deviceId)
      const isAlike = waiting?.last.channel === note.channel && waiting.last.kind === note.kind
      if (waiting && isAlike && waiting.last.refused === note.refused) {
        waiting.last = note
        waiting.at = clock.now()
        waiting.times++
        return
      }
      settle(deviceId)
      if (gathered.size >= GATHERED_DEVICES) for (const id of [...gathered.keys()]) settle(id)
      gathered.set(deviceId, { last: note, at: clock.now(), times: 1 })
    },

    /** The newest messages of a device that were added or changed after a revision, oldest first. */
    of(deviceId: number, after = 0, limit = limits.perDevice): DeviceMessage[] {
      settle(deviceId)
      return (byDevice.get(deviceId) ?? [])
        .filter((entry) => entry.revision > after)
        .slice(-limit)
        .map(({ at, onlyLast: _, ...entry }) => ({ ...entry, at: isoTime(at) }))
    },

    /** Removes all entries of a deleted device. */
    forget(deviceId: number): void {
      gathered.delete(deviceId)
      const entries = byDevice.get(deviceId) ?? []
      while (entries.length > 0) drop(entries, 0)
      byDevice.delete(deviceId)
    },
  }
}

const masked = (text: string | undefined): string | null => (text === undefined ? null : maskSecrets(text))

const sizeOf = ({ channel, text, hex, detail, refused }: Entry): number =>
  ENTRY_BYTES +
  CHARACTER_BYTES * [channel, text, hex, detail, refused].reduce((sum, part) => sum + (part?.length ?? 0), 0)

const decoded = (payload: string | Uint8Array | undefined): Pick<Entry, 'text' | 'hex' | 'bytes'> => {
  if (payload === undefined) return { text: null, hex: null, bytes: 0 }
  const whole = typeof payload === 'string' ? Buffer.from(payload) : payload
  const text = asText(whole)
  // Truncated after masking, so that no unrecognised part of a secret remains at the end.
  if (text !== undefined) return { text: maskSecrets(text).slice(0, TEXT_BYTES), hex: null, bytes: whole.length }
  return { text: null, hex: Buffer.from(whole.subarray(0, HEX_BYTES)).toString('hex'), bytes: whole.length }
}

/** The beginning of UTF-8 text (RFC 3629) without control characters other than white space; undefined for binary data. */
const asText = (bytes: Uint8Array): string | undefined => {
  const cut = bytes.length > TEXT_BYTES
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(cut ? bytes.subarray(0, TEXT_BYTES) : bytes, {
      // Truncation may split a character.
      stream: cut,
    })
    return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
