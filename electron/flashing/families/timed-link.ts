import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError } from '../flasher.ts'
import type { SerialLink } from '../transport.ts'

/** Longest that the operating system may keep a frame's bytes from being taken before the line counts as stalled. */
const stallMs = 10_000

/** A link with the job's time and its signal: what the byte-wise protocols read and write by. */
export class TimedLink {
  readonly #link: SerialLink
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** Gives up the write that the system keeps waiting. */
  #giveUp: ((reason: unknown) => void) | undefined

  constructor(link: SerialLink, clock: Clock, signal: AbortSignal) {
    this.#link = link
    this.#clock = clock
    this.#signal = signal
    // Once and not for every write: they come by the thousand.
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

  /** Exactly so many bytes, what comes behind them stays; undefined if they have not all come after `timeoutMs`. */
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

  /** Drops what has come and was not read. */
  flush(): void {
    this.#link.flush()
  }

  /** Lets so much time pass. @throws the signal's reason. */
  async pause(ms: number): Promise<void> {
    this.#signal.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.#clock.after(ms, resolve)
    this.#signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    forget()
    this.#signal.throwIfAborted()
  }

  /** A last word on the way out, signal or not: sent if the line takes it at once. */
  async farewell(bytes: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.#clock.after(300, resolve)
    // The line may be what failed; then nobody hears it.
    await Promise.race([this.#link.write(bytes).catch(() => undefined), promise])
    forget()
  }

  #bounded(written: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        forget()
        // One that was given up may end behind the next.
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
