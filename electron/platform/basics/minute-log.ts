import type { Clock } from './clock.ts'

const MINUTE_MS = 60_000
/** Maximum number of distinct messages at a time; further ones share one counter. */
const KINDS_MAX = 64
/** Maximum number of distinct addresses and devices per message and minute. */
const PARTIES_MAX = 100
/** Maximum number of them named in one line. */
const NAMED_MAX = 5

/** Who caused a log line. */
export interface Party {
  readonly remoteAddress?: string | undefined
  /** `{productKey}/{deviceName}` */
  readonly device?: string | undefined
}

interface Kind {
  /** Number of occurrences that were not written. */
  more: number
  readonly addresses: Set<string>
  readonly devices: Set<string>
}

const remember = (known: Set<string>, name: string | undefined): void => {
  if (name && known.size < PARTIES_MAX) known.add(name)
}

/** Lists a few parties by name; more than that are only counted. */
const parties = (known: ReadonlySet<string>, names: string, number: string): object => ({
  ...(known.size > 0 && { [names]: [...known].slice(0, NAMED_MAX) }),
  ...(known.size > NAMED_MAX && { [number]: known.size < PARTIES_MAX ? known.size : `${PARTIES_MAX} or more` }),
})

/**
 * Writes one line per message and minute, regardless of how often it occurs: the first at once with details, the rest
 * as a count at the end of the minute. Unknown senders therefore cannot fill the disk or the memory.
 */
export class MinuteLog {
  readonly #write: (values: object, message: string) => void
  readonly #clock: Pick<Clock, 'after'>
  readonly #kinds = new Map<string, Kind>()

  constructor(write: (values: object, message: string) => void, clock: Pick<Clock, 'after'>) {
    this.#write = write
    this.#clock = clock
  }

  /** @param message one of a small number of texts; details of a case belong to the values. */
  note(message: string, values: object = {}, { remoteAddress, device }: Party = {}): void {
    const known = this.#kinds.has(message) || this.#kinds.size < KINDS_MAX
    const text = known ? message : 'many different messages within a minute'
    const kind = this.#kinds.get(text)
    if (kind) {
      kind.more += 1
      remember(kind.addresses, remoteAddress)
      remember(kind.devices, device)
      return
    }
    this.#begin(text)
    const party = { ...(remoteAddress && { remoteAddress }), ...(device && { device }) }
    this.#write({ ...party, ...values, ...(text !== message && { first: message }) }, text)
  }

  #begin(text: string): void {
    this.#kinds.set(text, { more: 0, addresses: new Set(), devices: new Set() })
    this.#clock.after(MINUTE_MS, () => this.#tell(text))
  }

  #tell(text: string): void {
    const kind = this.#kinds.get(text)
    this.#kinds.delete(text)
    if (!kind || kind.more === 0) return
    // The line just written counts as the line of this minute.
    this.#begin(text)
    const { more, addresses, devices } = kind
    const who = { ...parties(addresses, 'from', 'addresses'), ...parties(devices, 'devices', 'deviceCount') }
    this.#write({ notLogged: more, ...who }, text)
  }
}
