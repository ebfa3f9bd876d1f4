import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

/** Start, eight data bits, stop; one more with parity. */
const bitsOf = ({ parity = 'none' }: LineSettings): number => (parity === 'none' ? 10 : 11)

/** Longest piece of time for which bytes are collected before they are handed on: a block of most protocols, as waking for each costs what the host needs. */
const sliceMs = 25
/** What the host may be handed late through no fault of its own, in the host's thread: more is a program that held everybody up, and counts. */
const ownThreadMs = 4

/** One direction of a line. Its schedule is that of the bits: a piece is never handed on before its last bit would have passed, and one handed on late delays nothing behind it. */
class Direction {
  readonly #clock: TargetClock
  readonly #msPerByte: () => number
  readonly #deliver: (bytes: Uint8Array, dueAt: number) => void
  #waiting: { readonly bytes: Uint8Array; readonly from: number }[] = []
  #forget: (() => void) | undefined
  /** When the last bit of what is on the line has passed. */
  #freeAt = Number.NEGATIVE_INFINITY

  constructor(clock: TargetClock, msPerByte: () => number, deliver: (bytes: Uint8Array, dueAt: number) => void) {
    this.#clock = clock
    this.#msPerByte = msPerByte
    this.#deliver = deliver
  }

  /** @param from when the first bit may leave. */
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

  /** Timers wake a little early as well as late. */
  #until(dueAt: number, then: () => void): void {
    const left = dueAt - this.#clock.now()
    if (left > 0) {
      this.#forget = this.#clock.after(left, () => this.#until(dueAt, then))
      return
    }
    // What is due already must not wait for a timer's millisecond.
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

/** A target at a line, which can be told when the host wrote where that was not now but in another thread; by the target's clock. */
export interface TimedTarget extends Target {
  receive(bytes: Uint8Array, writtenAt?: number): void
}

/**
 * A target behind a line of the speed that the host sets: both directions take their time, each by itself. The clock should tell
 * fractions of milliseconds.
 *
 * What it models: a UART at each end, which know no lateness, and a target that answers in no time. A block's last bit passes when it is due,
 * the answer's first bit leaves then, and the host's next bit when the host writes. Timers of this process wake late, which no UART does: so
 * the line goes by its own schedule, and by what the host was handed late, up to `graceMs`, its next write is taken to have been made sooner. From the
 * first bit on the line has never carried more than its speed allows, and the time that the host takes from an answer to its next write is lost as on a real one.
 * @param graceMs more where the targets have a thread to themselves, whose lateness is none of the host's.
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
    /** When what the target is being handed was due: its answer leaves then. */
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
