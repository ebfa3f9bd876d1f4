import type { LineSettings, Target, TargetClock, TargetFactory, TargetLine } from './target.ts'

/** Start, eight data bits, stop; one more with parity. */
const bitsOf = ({ parity = 'none' }: LineSettings): number => (parity === 'none' ? 10 : 11)

/** Longest piece of time for which bytes are collected before they are handed on. */
const sliceMs = 10
/** What a timer may be late through no fault of either side; more is the program's doing, and counts. */
const timerGraceMs = 4

/**
 * One direction of a line: bytes arrive when their last bit would have. A timer that wakes late is made up for by the bytes behind,
 * so that the line's rate holds although timers are coarse.
 */
class Direction {
  readonly #clock: TargetClock
  readonly #deliver: (bytes: Uint8Array) => void
  readonly #msPerByte: () => number
  #waiting: Uint8Array[] = []
  #forget: (() => void) | undefined
  /** When the last bit of what was sent so far has passed. */
  #freeAt = Number.NEGATIVE_INFINITY
  /** How far the line's own time lags behind: lateness of timers. */
  readonly #lag: { ms: number }

  constructor(clock: TargetClock, msPerByte: () => number, lag: { ms: number }, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock
    this.#msPerByte = msPerByte
    this.#lag = lag
    this.#deliver = deliver
  }

  push(bytes: Uint8Array): void {
    const step = Math.max(1, Math.floor(sliceMs / this.#msPerByte()))
    const copy = Uint8Array.from(bytes)
    for (let at = 0; at < copy.length; at += step) this.#waiting.push(copy.subarray(at, at + step))
    if (!this.#forget) this.#next()
  }

  stop(): void {
    this.#forget?.()
    this.#forget = undefined
    this.#waiting = []
  }

  #next(): void {
    const [piece] = this.#waiting
    if (!piece) return
    const now = this.#clock.now()
    const start = Math.max(this.#freeAt, now - this.#lag.ms)
    this.#lag.ms = Math.max(0, this.#lag.ms - Math.max(0, now - start))
    this.#freeAt = start + piece.length * this.#msPerByte()
    const dueAt = this.#freeAt
    let isOff = false
    const arrive = () => {
      if (isOff) return
      this.#forget = undefined
      this.#waiting.shift()
      this.#lag.ms += Math.min(timerGraceMs, Math.max(0, this.#clock.now() - dueAt))
      this.#deliver(piece)
      if (!this.#forget) this.#next()
    }
    // What is due already must not wait for a timer's millisecond.
    if (dueAt > now) this.#forget = this.#clock.after(dueAt - now, arrive)
    else {
      this.#forget = () => {
        isOff = true
      }
      queueMicrotask(arrive)
    }
  }
}

/**
 * A target behind a line of the speed that the host sets: both directions take their time, each by itself.
 * The clock should tell fractions of milliseconds.
 */
export const atLineSpeed =
  <T extends Target>(factory: (line: TargetLine) => T, clock: TargetClock): TargetFactory =>
  (line) => {
    let settings: LineSettings = { baudRate: 115_200 }
    const msPerByte = () => (bitsOf(settings) * 1000) / settings.baudRate
    const lag = { ms: 0 }
    const towardsHost = new Direction(clock, msPerByte, lag, (bytes) => line.send(bytes))
    const target = factory({
      send: (bytes) => towardsHost.push(bytes),
      unplug: () => {
        stop()
        line.unplug()
      },
    })
    const towardsTarget = new Direction(clock, msPerByte, lag, (bytes) => target.receive(bytes))
    const stop = () => {
      towardsHost.stop()
      towardsTarget.stop()
    }
    return {
      receive: (bytes) => towardsTarget.push(bytes),
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
