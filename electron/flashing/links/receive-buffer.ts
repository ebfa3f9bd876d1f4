import type { Clock } from '../../platform/basics/clock.ts'
import type { LinkLostError } from '../transport.ts'

/** Bytes that arrived over a line and wait for one reader at a time. */
export class Received {
  readonly #clock: Clock
  #waiting: Uint8Array[] = []
  #lost: LinkLostError | undefined
  #wake: (() => void) | undefined
  /** The signal of the latest read; there are thousands of reads and one signal a job. */
  #signal: AbortSignal | undefined
  readonly #onAbort = () => this.#wake?.()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Why no more bytes will arrive; undefined while the line is open. */
  get lost(): LinkLostError | undefined {
    return this.#lost
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#waiting.push(bytes)
    this.#wake?.()
  }

  /** Makes reads fail once the received bytes are read. The first reason is kept. */
  fail(error: LinkLostError): void {
    this.#lost ??= error
    this.#wake?.()
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#waiting.unshift(bytes)
  }

  flush(): void {
    this.#waiting = []
  }

  /** The received bytes in one piece; empty after `timeoutMs` without any. @throws LinkLostError; the signal's reason. */
  async read(timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted()
    if (this.#waiting.length === 0 && !this.#lost) await this.#arrival(timeoutMs, signal)
    signal?.throwIfAborted()
    const [first, ...more] = this.#waiting
    if (!first) {
      if (this.#lost) throw this.#lost
      return new Uint8Array(0)
    }
    this.#waiting = []
    return more.length === 0 ? first : new Uint8Array(Buffer.concat([first, ...more]))
  }

  #arrival(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    this.#heed(signal)
    return new Promise((resolve) => {
      const wake = () => {
        forget()
        this.#wake = undefined
        resolve()
      }
      const forget = this.#clock.after(timeoutMs, wake)
      this.#wake = wake
    })
  }

  #heed(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
  }
}
