import { mendPacket } from './packet-repair.ts'

/** Why the guard stops reading a byte stream. */
export type GuardRefusal = 'packet too large' | 'malformed packet length' | 'first packet is no CONNECT'

/** Maximum size of a packet in bytes, including the fixed header. */
export interface GuardLimits {
  /** The first packet, whose sender is not authenticated yet. */
  readonly connectBytes: number
  /** Every later packet. */
  readonly packetBytes: number
}

/** MQTT 3.1.1, 2.2.1: packet type 1 with flags 0. */
const CONNECT = 0x10
/** MQTT 3.1.1, 2.2.3: the remaining length has at most four bytes. */
const LENGTH_BYTES_MAX = 4
const FIRST_HOLD = 256
const NOTHING = Buffer.alloc(0)

/** End of the complete packet that begins at `at`. */
export const packetEnd = (bytes: Uint8Array, at: number): number => {
  let remaining = 0
  for (let i = 0; ; i++) {
    const byte = bytes[at + 1 + i] ?? 0
    remaining += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return at + 2 + i + remaining
  }
}

/**
 * Passes only complete MQTT packets: it reads the fixed headers, holds the beginning of a packet until the rest arrives, and refuses
 * a packet by its announced length before any byte of it is stored. A packet that arrives byte by byte therefore costs its own
 * size and not one object per byte. The guard corrects harmless errors of deployed clients directly in the bytes.
 * Pure: no socket, no timer.
 */
export class PacketGuard {
  readonly #limits: GuardLimits
  #first = true
  #refused: GuardRefusal | undefined
  /** The incomplete packet. */
  #held: Buffer = NOTHING
  #heldBytes = 0

  constructor(limits: GuardLimits) {
    this.#limits = limits
  }

  /** Set once a packet is refused; nothing passes after that. */
  get refused(): GuardRefusal | undefined {
    return this.#refused
  }

  /** Whether a packet is incomplete. */
  get holding(): boolean {
    return this.#heldBytes > 0
  }

  /** The complete packets that end in this chunk; undefined if none does or one is refused. A chunk of complete packets is returned as is. */
  admit(chunk: Buffer): Buffer | undefined {
    if (this.#refused) return undefined
    const completed = this.#heldBytes > 0 ? this.#complete(chunk) : { bytes: undefined, used: 0 }
    if (this.#refused || this.#heldBytes > 0) return undefined
    const from = completed.used
    const to = this.#wholePackets(chunk, from)
    if (this.#refused) return undefined
    if (to < chunk.length) this.#hold(chunk, to, chunk.length)
    const whole = from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to)
    if (!completed.bytes) return whole.length > 0 ? whole : undefined
    return whole.length > 0 ? Buffer.concat([completed.bytes, whole]) : completed.bytes
  }

  /** End of the last complete packet of the chunk, counted from `from`. */
  #wholePackets(chunk: Buffer, from: number): number {
    let at = from
    while (at < chunk.length) {
      const size = this.#packetSize(chunk, at, chunk.length)
      if (size === undefined || at + size > chunk.length) break
      mendPacket(chunk.subarray(at, at + size))
      at += size
      this.#first = false
    }
    return at
  }

  /** Size in bytes of the packet that begins at `at`; undefined while its header is incomplete or when it is refused. */
  #packetSize(bytes: Buffer, at: number, end: number): number | undefined {
    if (this.#first && bytes[at] !== CONNECT) return this.#refuse('first packet is no CONNECT')
    let remaining = 0
    for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
      const position = at + 1 + i
      if (position >= end) return undefined
      const byte = bytes[position] ?? 0
      remaining += (byte & 0x7f) * 128 ** i
      if (byte < 0x80) {
        const size = 2 + i + remaining
        const limit = this.#first ? this.#limits.connectBytes : this.#limits.packetBytes
        return size > limit ? this.#refuse('packet too large') : size
      }
    }
    return this.#refuse('malformed packet length')
  }

  #refuse(reason: GuardRefusal): undefined {
    this.#refused = reason
    this.#held = NOTHING
    this.#heldBytes = 0
    return undefined
  }

  /** Appends to the held packet until it is complete; `used` bytes of the chunk belong to it. */
  #complete(chunk: Buffer): { bytes: Buffer | undefined; used: number } {
    let used = 0
    let size = this.#packetSize(this.#held, 0, this.#heldBytes)
    while (size === undefined && !this.#refused && used < chunk.length) {
      this.#hold(chunk, used, used + 1)
      used++
      size = this.#packetSize(this.#held, 0, this.#heldBytes)
    }
    if (size === undefined) return { bytes: undefined, used }
    const end = Math.min(chunk.length, used + size - this.#heldBytes)
    this.#hold(chunk, used, end)
    if (this.#heldBytes < size) return { bytes: undefined, used: end }
    const bytes = this.#held.subarray(0, size)
    mendPacket(bytes)
    this.#held = NOTHING
    this.#heldBytes = 0
    this.#first = false
    return { bytes, used: end }
  }

  /** Copies, so that a few bytes do not keep a whole read buffer alive; grows by doubling instead of allocating the announced length. */
  #hold(chunk: Buffer, from: number, to: number): void {
    const needed = this.#heldBytes + to - from
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#held.length * 2, FIRST_HOLD))
      this.#held.copy(grown, 0, 0, this.#heldBytes)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#heldBytes, from, to)
    this.#heldBytes = needed
  }
}
