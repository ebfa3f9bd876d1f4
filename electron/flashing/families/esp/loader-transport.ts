import { ESPError, type ESPLoader, TimeoutError, Transport } from 'esptool-js'
import type { Clock } from '../../../platform/basics/clock.ts'
import { pause } from '../../pause.ts'
import { type ControlLines, LinkLostError, type SerialLink } from '../../transport.ts'
import { encodeSlip, SlipDecoder } from './slip.ts'

/** Espressif's side of a session. */
export type EspLoader = ESPLoader
/** The speed of the ROM loader, and of the console of nearly every firmware. */
export const firstBaud = 115_200
/** Bytes outside of frames that are kept, because boot output tells why a chip does not respond. */
const textLimit = 2048
/** How long a line must be quiet to count as drained: eight repeated answers at 115200 baud take 10 ms. */
const quietMs = 50
const idleReadMs = 1000
/** The first byte of a request; that of a response is 1 (esptool, "Serial Protocol"). */
const request = 0

/**
 * esptool-js' transport over our link. It replaces every method of Espressif's that touches the port, which polls its
 * buffer each millisecond, ends its read loop silently when a port vanishes, and prints to the console.
 * Once failed (link lost, aborted, stopped) every further call fails with that reason, so that nothing of
 * esptool-js' retries reaches the line.
 */
export class LinkTransport extends Transport {
  readonly #link: SerialLink
  readonly #clock: Clock
  readonly #pump = new AbortController()
  readonly #failure = Promise.withResolvers<never>()
  readonly #slip = new SlipDecoder(textLimit)
  #packets: Uint8Array[] = []
  readonly #pumping: Promise<void>
  #wake: (() => void) | undefined
  #failed: { readonly reason: unknown } | undefined
  #received = 0
  #echoed = false
  #lines: ControlLines = { dtr: false, rts: false }

  constructor(link: SerialLink, clock: Clock) {
    // Espressif's constructor keeps its argument and uses only these members.
    super({ getInfo: () => ({}), readable: null, writable: null } as unknown as ConstructorParameters<
      typeof Transport
    >[0])
    this.#link = link
    this.#clock = clock
    this.#failure.promise.catch(() => {})
    this.#pumping = this.#run()
  }

  /** Rejects when the link is lost or the transport was failed; never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise
  }

  /** The chip's latest output outside of frames. */
  get text(): string {
    return this.#slip.text
  }

  /** Whether a request came back: chips send only responses. */
  get echoed(): boolean {
    return this.#echoed
  }

  /** Ends all use of the link with this reason. */
  fail(reason: unknown): void {
    if (this.#failed) return
    this.#failed = { reason }
    this.#pump.abort(reason)
    this.#failure.reject(reason)
    this.#wake?.()
  }

  /** As `fail`; afterwards this transport no longer reads from the link. */
  async letGo(reason: unknown): Promise<void> {
    this.fail(reason)
    await this.#pumping
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#link.read(idleReadMs, this.#pump.signal)
        if (bytes.length === 0) continue
        this.#received += bytes.length
        const packets = this.#slip.push(bytes)
        if (packets.some(([direction]) => direction === request)) this.#echoed = true
        this.#packets.push(...packets)
        this.#wake?.()
      }
    } catch (error) {
      this.fail(error)
    }
  }

  #check(): void {
    if (this.#failed) throw this.#failed.reason
  }

  override async read(timeout: number): Promise<Uint8Array> {
    for (let waited = false; ; waited = true) {
      this.#check()
      const packet = this.#packets.shift()
      if (packet) return packet
      if (waited) {
        throw new TimeoutError('no answer')
      }
      await this.#woken(timeout)
    }
  }

  /** Resolves when a packet has arrived, the transport has failed, or the time is over. */
  #woken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(ms, () => {
        this.#wake = undefined
        resolve()
      })
      this.#wake = () => {
        if (this.#packets.length === 0 && !this.#failed) return
        this.#wake = undefined
        stop()
        resolve()
      }
    })
  }

  override async write(data: Uint8Array): Promise<void> {
    this.#check()
    await this.#link.write(encodeSlip(data))
  }

  override async connect(baud = 115_200): Promise<void> {
    await this.changeBaudrate(baud)
  }

  override async changeBaudrate(baud: number): Promise<boolean> {
    this.#check()
    await this.#link.configure({ baudRate: baud, parity: 'none', dataBits: 8, stopBits: 1 })
    this.baudrate = baud
    return false
  }

  override async disconnect(): Promise<void> {}

  override async readLoop(): Promise<void> {}

  override flushInput(): void {
    this.#slip.clear()
    this.#packets = []
  }

  override async drainInput(quiet = quietMs, most = 400): Promise<void> {
    for (let left = most; left > 0; left -= quiet) {
      const before = this.#received
      await pause(this.#clock, quiet)
      this.#check()
      if (before === this.#received) break
    }
    this.flushInput()
  }

  override inWaiting(): number {
    return this.#packets.length
  }

  override peek(): Uint8Array {
    return new TextEncoder().encode(this.#slip.text)
  }

  override async setSignals(dtr = this.#lines.dtr, rts = this.#lines.rts): Promise<void> {
    this.#check()
    this.#lines = { dtr, rts }
    await this.#link.setLines(this.#lines)
  }

  override setRTS(state: boolean): Promise<void> {
    return this.setSignals(this.#lines.dtr, state)
  }

  override setDTR(state: boolean): Promise<void> {
    return this.setSignals(state, this.#lines.rts)
  }

  override getInfo(): string {
    return this.#link.name
  }

  override getVid(): undefined {}

  override getPid(): undefined {}

  override trace(): void {}
}

/** Whether esptool-js failed, rather than the link, a guard or our own code. */
export const isLoaderError = (error: unknown): error is ESPError =>
  error instanceof ESPError && !(error instanceof LinkLostError)

export const isSilence = (error: unknown): boolean => error instanceof TimeoutError
