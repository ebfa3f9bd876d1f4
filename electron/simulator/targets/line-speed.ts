import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

/** Start bit, eight data bits, stop bit; one more with parity. */
const bitsOf = ({ parity = 'none' }: LineSettings): number => (parity === 'none' ? 10 : 11)

/**
 * Bytes are collected for at most this time before delivery, about one block of most protocols: waking up more often costs CPU time that
 * the host needs.
 */
const sliceMs = 25
/**
 * Delivery delay that is not the host's fault, in the host's thread; a longer delay comes from a program that blocked the thread, and
 * counts.
 */
const ownThreadMs = 4

/**
 * One direction of a line. Its schedule follows the bits: data is never delivered before its last bit has passed, and a late delivery
 * does not delay later data.
 */
class Direction {
  readonly #clock: TargetClock
  readonly #msPerByte: () => number
  readonly #deliver: (bytes: Uint8Array, dueAt: number) => void
  #waiting: { readonly bytes: Uint8Array; readonly from: number }[] = []
  #forget: (() => void) | undefined
  /** When the last bit on the line has passed. */
  #freeAt = Number.NEGATIVE_INFINITY

  constructor(clock: TargetClock, msPerByte: () => number, deliver: (bytes: Uint8Array, dueAt: number) => void) {
    this.#clock = clock
    this.#msPerByte = msPerByte
    this.#deliver = deliver
  }

  /** @param from when the first bit may be sent. */
  push(bytes: Uint8Array, from: number): void {
    const step = Math.max(1, Math.floor(sliceMs / this.#msPerByte()))
    const copy = Uint8Array.from(bytes)
    for (let at = 0; at < copy.length; at += step) this.#waiting.push({ bytes: copy.subarray(at, at + step), from })
    if (!this.#forget) this.#next()
  }

  stop(): void {
    this.#forget?.()
    this.#forget = undefined
    this.#waiting = []
  }

  #next(): void {
    const piece = this.#waiting.shift()
    if (!piece) return
    const dueAt = Math.max(this.#freeAt, piece.from) + piece.bytes.length * this.#msPerByte()
    this.#freeAt = dueAt
    this.#until(dueAt, () => {
      this.#deliver(piece.bytes, dueAt)
      if (!this.#forget) this.#next()
    })
  }

  /** Timers may fire a little early as well as late. */
  #until(dueAt: number, then: () => void): void {
    const left = dueAt - this.#clock.now()
    if (left > 0) {
      this.#forget = this.#clock.after(left, () => this.#until(dueAt, then))
      return
    }
    // Data that is already due must not wait for a timer's millisecond.
    let isOff = false
    this.#forget = () => {
      isOff = true
    }
    queueMicrotask(() => {
      if (isOff) return
      this.#forget = undefined
      then()
    })
  }
}

/** A target on a line. It accepts the time of the host's write, where that was earlier in another thread; by the target's clock. */
export interface TimedTarget extends Target {
  receive(bytes: Uint8Array, writtenAt?: number): void
}

/**
 * A target behind a line with the speed that the host sets: each direction takes its own time. The clock should have a resolution below a
 * millisecond.
 * The model: a UART without delays at each end, and a target that answers in no time. A block's last bit passes when it is due, the first
 * bit of the answer follows at once, and the host's next bit when the host writes. Timers of this process fire late, which no UART does.
 * Therefore the line follows its own schedule, and the host's next write counts as earlier by the delay of the delivery before it, up to
 * `graceMs`. The line never carries more than its speed allows, counted from the first bit, and the time that the host needs between an
 * answer and its next write is lost, as on a real line.
 * @param graceMs larger where the targets have their own thread, whose delays are not the host's fault.
 */
export const atLineSpeed =
  <T extends Target>(
    factory: (line: TargetLine) => T,
    clock: TargetClock,
    graceMs = ownThreadMs,
  ): ((line: TargetLine) => TimedTarget) =>
  (line) => {
    let settings: LineSettings = { baudRate: 115_200 }
    const msPerByte = () => (bitsOf(settings) * 1000) / settings.baudRate
    /** When the data now being delivered was due: the answer leaves at that time. */
    let moment: number | undefined
    let handedLate = 0
    const towardsHost = new Direction(clock, msPerByte, (bytes, dueAt) => {
      handedLate = Math.min(graceMs, Math.max(0, clock.now() - dueAt))
      line.send(bytes)
    })
    const target = factory({
      send: (bytes) => towardsHost.push(bytes, moment ?? clock.now()),
      unplug: () => {
        stop()
        line.unplug()
      },
    })
    const towardsTarget = new Direction(clock, msPerByte, (bytes, dueAt) => {
      moment = dueAt
      target.receive(bytes)
      moment = undefined
    })
    const stop = () => {
      towardsHost.stop()
      towardsTarget.stop()
    }
    return {
      receive: (bytes, writtenAt = clock.now()) => {
        towardsTarget.push(bytes, writtenAt - handedLate)
        handedLate = 0
      },
      setLines: (lines) => target.setLines?.(lines),
      configure: (next) => {
        settings = next
        target.configure?.(next)
      },
      closed: () => {
        stop()
        target.closed?.()
      },
    }
  }
