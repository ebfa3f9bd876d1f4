const headerWords = 4
const [written, taken, woken] = [0, 1, 2]
/** Place, kind, length, and eight bytes of time. */
const recordHeader = 16

/** What went through a ring. */
export interface RingRecord {
  readonly place: number
  readonly kind: number
  readonly at: number
  readonly bytes: Uint8Array
}

/**
 * A way for bytes from one thread to one other through shared memory, for as long as both run: messages between threads cost the sender ten times as much, which a
 * driver's write does not cost who calls it. Records arrive in the order they were put in.
 */
export class SharedRing {
  readonly #state: Int32Array<SharedArrayBuffer>
  readonly #data: Uint8Array<SharedArrayBuffer>
  readonly #header = new DataView(new ArrayBuffer(recordHeader))

  /** @param memory as `ringMemory` makes it; the same for both threads. */
  constructor(memory: SharedArrayBuffer) {
    this.#state = new Int32Array(memory, 0, headerWords)
    this.#data = new Uint8Array(memory, headerWords * 4)
  }

  /**
   * Puts a record in.
   * @returns whether the other side must be woken: nobody has done so since it last began to take. @throws RangeError where the other side has fallen behind by the whole ring.
   */
  put({ place, kind, at, bytes }: RingRecord): boolean {
    const from = Atomics.load(this.#state, written)
    const size = recordHeader + bytes.length
    const used = (from - Atomics.load(this.#state, taken)) >>> 0
    if (used + size > this.#data.length) throw new RangeError('the ring is full')
    this.#header.setUint32(0, place)
    this.#header.setUint32(4, (kind << 24) | bytes.length)
    this.#header.setFloat64(8, at)
    this.#copy(new Uint8Array(this.#header.buffer), from)
    this.#copy(bytes, from + recordHeader)
    Atomics.store(this.#state, written, from + size)
    return Atomics.exchange(this.#state, woken, 1) === 0
  }

  /** Whoever puts something in from now on wakes us again. To be called before taking. */
  begin(): void {
    Atomics.store(this.#state, woken, 0)
  }

  /** The next record; undefined where all were taken. */
  take(): RingRecord | undefined {
    const from = Atomics.load(this.#state, taken)
    if (from === Atomics.load(this.#state, written)) return undefined
    new Uint8Array(this.#header.buffer).set(this.#read(from, recordHeader))
    const word = this.#header.getUint32(4)
    const bytes = this.#read(from + recordHeader, word & 0xff_ffff)
    Atomics.store(this.#state, taken, from + recordHeader + bytes.length)
    return { place: this.#header.getUint32(0), kind: word >>> 24, at: this.#header.getFloat64(8), bytes }
  }

  /** Places count on for ever, in 32 bits; the ring's size is a power of two. */
  #place(at: number): number {
    return (at >>> 0) & (this.#data.length - 1)
  }

  #copy(bytes: Uint8Array, at: number): void {
    const start = this.#place(at)
    const first = Math.min(bytes.length, this.#data.length - start)
    this.#data.set(bytes.subarray(0, first), start)
    this.#data.set(bytes.subarray(first), 0)
  }

  #read(at: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    const start = this.#place(at)
    const first = Math.min(length, this.#data.length - start)
    out.set(this.#data.subarray(start, start + first))
    out.set(this.#data.subarray(0, length - first), first)
    return out
  }
}

/** @param log2 the ring holds two to the power of it. */
export const ringMemory = (log2: number): SharedArrayBuffer => new SharedArrayBuffer(headerWords * 4 + 2 ** log2)
