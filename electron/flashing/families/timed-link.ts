import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError } from '../flasher.ts'
import { pause } from '../pause.ts'
import type { SerialLink } from '../transport.ts'

/** Time after which a write that the operating system does not accept counts as stalled. */
const stallMs = 10_000

/** A serial link with the job's clock and signal, for protocols that read byte by byte. */
export class TimedLink {
  readonly #link: SerialLink
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** Rejects the pending write. */
  #giveUp: ((reason: unknown) => void) | undefined

  constructor(link: SerialLink, clock: Clock, signal: AbortSignal) {
    this.#link = link
    this.#clock = clock
    this.#signal = signal
    // One listener for all writes, because there are thousands.
    signal.addEventListener('abort', () => this.#giveUp?.(signal.reason), { once: true })
  }

  get now(): number {
    return this.#clock.now()
  }

  /** @throws LinkLostError; the signal's reason; FlashError LINE_STALLED. */
  async send(bytes: Uint8Array): Promise<void> {
    this.#signal.throwIfAborted()
    await this.#bounded(this.#link.write(bytes))
  }

  /** The next byte; undefined after `timeoutMs` without one. */
  async byte(timeoutMs: number): Promise<number | undefined> {
    const bytes = await this.#link.read(timeoutMs, this.#signal)
    if (bytes.length > 1) this.#link.unread(bytes.subarray(1))
    return bytes[0]
  }

  /** The bytes that have arrived, at least one; empty after `timeoutMs` without any. */
  some(timeoutMs: number): Promise<Uint8Array> {
    return this.#link.read(timeoutMs, this.#signal)
  }

  /** Exactly `count` bytes, leaving those behind them; undefined if they have not all arrived after `timeoutMs`. */
  async bytes(count: number, timeoutMs: number): Promise<Uint8Array | undefined> {
    const taken = new Uint8Array(count)
    const deadline = this.now + timeoutMs
    let filled = 0
    while (filled < count) {
      const left = deadline - this.now
      const bytes = left > 0 ? await this.#link.read(left, this.#signal) : new Uint8Array(0)
      if (bytes.length === 0) return undefined
      const wanted = bytes.subarray(0, count - filled)
      taken.set(wanted, filled)
      filled += wanted.length
      if (wanted.length < bytes.length) this.#link.unread(bytes.subarray(wanted.length))
    }
    return taken
  }

  /** Drops bytes that have arrived and were not read. */
  flush(): void {
    this.#link.flush()
  }

  /** Waits. @throws the signal's reason. */
  pause(ms: number): Promise<void> {
    return pause(this.#clock, ms, this.#signal)
  }

  /** Sends final bytes even after the signal, if the line accepts them at once. */
  async farewell(bytes: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.#clock.after(300, resolve)
    // The line itself may have failed; then the bytes are lost.
    await Promise.race([this.#link.write(bytes).catch(() => undefined), promise])
    forget()
  }

  #bounded(written: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        forget()
        // A rejected write may end after the next one has begun.
        if (this.#giveUp === giveUp) this.#giveUp = undefined
      }
      const giveUp = (reason: unknown) => {
        end()
        reject(reason)
      }
      const forget = this.#clock.after(stallMs, () =>
        giveUp(new FlashError('LINE_STALLED', { seconds: stallMs / 1000 })),
      )
      this.#giveUp = giveUp
      written.then(() => {
        end()
        resolve()
      }, giveUp)
    })
  }
}
