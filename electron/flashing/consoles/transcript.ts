import type { ConsoleState } from '#shared/states/console.ts'

/** What a console received or sent, or what happened to its port. Positions count bytes, and a note as one. */
export type Entry = { readonly position: number; readonly at: number } & (
  | { readonly kind: 'received' | 'sent'; readonly bytes: Uint8Array }
  | { readonly kind: 'note'; readonly note: ConsoleState; readonly slot: string | undefined }
)

/** What was read, from where on it is still kept, and where to go on. */
export interface Reading {
  readonly entries: readonly Entry[]
  readonly dropped: number
  readonly next: number
}

interface Limits {
  readonly bytes: number
  readonly entries: number
}

/** Bytes that arrive within this time share one time stamp. */
const TOGETHER_MS = 20
/** An entry does not grow beyond this, because growing copies it. */
const GROWS_TO = 4096

const lengthOf = (entry: Entry): number => (entry.kind === 'note' ? 1 : entry.bytes.length)

/** The part of an entry from a position on, at most `limit` long. */
const partOf = (entry: Entry, from: number, limit: number): Entry => {
  const skip = Math.max(0, from - entry.position)
  if (entry.kind === 'note' || (skip === 0 && entry.bytes.length <= limit)) return entry
  return { ...entry, position: entry.position + skip, bytes: entry.bytes.subarray(skip, skip + limit) }
}

/** The last bytes of a console with the times of their arrival, within limits: older ones are dropped. */
export class Transcript {
  readonly #limits: Limits
  readonly #entries: Entry[] = []
  #end = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** The first position that is kept. */
  get begin(): number {
    return this.#entries[0]?.position ?? this.#end
  }

  /** The position of what comes next. */
  get end(): number {
    return this.#end
  }

  /** Takes bytes over; the caller does not change them afterwards. */
  append(kind: 'received' | 'sent', bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return
    const last = this.#entries.at(-1)
    const joins = last?.kind === kind && at - last.at < TOGETHER_MS && last.bytes.length + bytes.length <= GROWS_TO
    if (joins) {
      const joined = new Uint8Array(last.bytes.length + bytes.length)
      joined.set(last.bytes)
      joined.set(bytes, last.bytes.length)
      this.#entries[this.#entries.length - 1] = { ...last, bytes: joined }
    } else this.#entries.push({ position: this.#end, at, kind, bytes })
    this.#end += bytes.length
    this.#drop()
  }

  note(note: ConsoleState, slot: string | undefined, at: number): void {
    this.#entries.push({ position: this.#end, at, kind: 'note', note, slot })
    this.#end += 1
    this.#drop()
  }

  /** What is kept from a position on, at most `limit` bytes; a position that does not exist yet counts as the end. */
  read(from: number, limit: number): Reading {
    const start = Math.min(Math.max(from, this.begin), this.#end)
    const dropped = Math.max(0, this.begin - from)
    const entries: Entry[] = []
    let left = limit
    for (let at = this.#indexOf(start); at < this.#entries.length && left > 0; at += 1) {
      const whole = this.#entries[at]
      if (!whole) break
      const part = partOf(whole, start, left)
      entries.push(part)
      left -= lengthOf(part)
    }
    return { entries, dropped, next: start + limit - left }
  }

  /** Index of the entry that has the position. */
  #indexOf(position: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#entries[middle]
      if (entry && entry.position + lengthOf(entry) <= position) low = middle + 1
      else high = middle
    }
    return low
  }

  #drop(): void {
    const surplus = (): number => this.#end - this.begin - this.#limits.bytes
    while (this.#entries.length > this.#limits.entries) this.#entries.shift()
    while (surplus() > 0) {
      const [first] = this.#entries
      if (!first) return
      const length = lengthOf(first)
      if (length > surplus()) this.#entries[0] = partOf(first, first.position + surplus(), length)
      else this.#entries.shift()
    }
  }
}
