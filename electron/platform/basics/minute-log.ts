import type { Clock } from './clock.ts'

const MINUTE_MS = 60_000
/** Messages told apart at a time; what goes beyond is counted under one more. */
const KINDS_MAX = 64
/** Addresses and devices of one message told apart in a minute. */
const PARTIES_MAX = 100
/** Of these named in a line. */
const NAMED_MAX = 5

/** Who gave rise to a line. */
export interface Party {
  readonly remoteAddress?: string | undefined
  /** `{productKey}/{deviceName}` */
  readonly device?: string | undefined
}

interface Kind {
  /** Times that were not written. */
  more: number
  readonly addresses: Set<string>
  readonly devices: Set<string>
}

const remember = (known: Set<string>, name: string | undefined): void => {
  if (name && known.size < PARTIES_MAX) known.add(name)
}

/** `names` of a few; where there are more, how many. */
const parties = (known: ReadonlySet<string>, names: string, number: string): object => ({
  ...(known.size > 0 && { [names]: [...known].slice(0, NAMED_MAX) }),
  ...(known.size > NAMED_MAX && { [number]: known.size < PARTIES_MAX ? known.size : `${PARTIES_MAX} or more` }),
})

/**
 * Writes one line a message and minute, however often and by whomever it is caused: the first at once with its details, the rest
 * as a number when the minute is over. What strangers send can so fill neither disk nor memory.
 */
export class MinuteLog {
  readonly #write: (values: object, message: string) => void
  readonly #clock: Pick<Clock, 'after'>
  readonly #kinds = new Map<string, Kind>()

  constructor(write: (values: object, message: string) => void, clock: Pick<Clock, 'after'>) {
    this.#write = write
    this.#clock = clock
  }

  /** @param message of a small number of texts: what tells one case from another belongs to the values. */
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
    // The line just written is this minute's.
    this.#begin(text)
    const { more, addresses, devices } = kind
    const who = { ...parties(addresses, 'from', 'addresses'), ...parties(devices, 'devices', 'deviceCount') }
    this.#write({ notLogged: more, ...who }, text)
  }
}
