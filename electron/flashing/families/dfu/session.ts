import type { Clock } from '../../../platform/basics/clock.ts'
import { FlashError } from '../../flasher.ts'
import { pause } from '../../pause.ts'
import { LinkLostError, type UsbLink, UsbTransferError } from '../../transport.ts'
import { type DfuState, type DfuStatus, parseStatus, wayToIdle } from './states.ts'

/** Requests of the class (USB DFU 1.1, 3). */
const requests = { detach: 0, download: 1, upload: 2, getStatus: 3, clearStatus: 4, abort: 6 } as const

/** The library would give up after a second, which a device that erases before it answers exceeds. */
const REQUEST_MS = 5000
/** A device that asks for a longer wait than the step may take is asked again after this time. */
const AGAIN_MS = 500
/** Steps from any state to dfuIDLE: a device that needs more goes round in circles. */
const STEPS_TO_IDLE = 20

const working: ReadonlySet<DfuState> = new Set([
  'dfuDNLOAD-SYNC',
  'dfuDNBUSY',
  'dfuMANIFEST-SYNC',
  'dfuMANIFEST',
] as const)

/** What a transfer is for, in the words of a reason. */
export interface Step {
  readonly name: string
  /** Longest time that it may take, milliseconds. */
  readonly limitMs: number
}

/** The device refused a step: its status, where it told one. */
export class DfuRefusal extends FlashError {
  readonly status: string

  constructor(step: string, status: string, options?: ErrorOptions) {
    super('DFU_REFUSED', { step, status }, options)
    this.status = status
  }
}

/** Requests to one DFU interface, which is claimed. Every call throws FlashError DFU_…, LinkLostError, the signal's reason. */
export class DfuSession {
  readonly link: UsbLink
  readonly #clock: Clock
  readonly #signal: AbortSignal

  constructor(link: UsbLink, clock: Clock, signal: AbortSignal) {
    this.link = link
    this.#clock = clock
    this.#signal = signal
  }

  /** @throws FlashError DFU_SILENT, DfuRefusal. */
  async status(step: string): Promise<DfuStatus> {
    return this.#guarded(step, async () => {
      const bytes = await this.link.controlIn(
        { type: 'class', request: requests.getStatus, value: 0 },
        6,
        REQUEST_MS,
        this.#signal,
      )
      const status = parseStatus(bytes)
      if (!status) throw new DfuRefusal(step, `GETSTATUS: ${bytes.length}`)
      return status
    })
  }

  /** Brings the device to dfuIDLE from whatever another host left it in. @throws FlashError DFU_STATE. */
  async idle(): Promise<void> {
    let state: DfuState = 'unknown'
    for (let step = 0; step < STEPS_TO_IDLE; step++) {
      const status = await this.status('GETSTATUS')
      state = status.state
      const way = wayToIdle[state]
      if (way === 'there') return
      if (way === 'reset') break
      if (way === 'clear') await this.#command('CLRSTATUS', requests.clearStatus)
      else if (way === 'abort') await this.abort()
      else await this.#wait(status.pollMs, AGAIN_MS)
    }
    throw new FlashError('DFU_STATE', { step: 'ABORT', state })
  }

  abort(): Promise<void> {
    return this.#command('ABORT', requests.abort)
  }

  /** @param ms how long the device waits for a reset. */
  async detach(ms: number): Promise<void> {
    await this.link.controlOut(
      { type: 'class', request: requests.detach, value: ms },
      new Uint8Array(0),
      REQUEST_MS,
      this.#signal,
    )
  }

  /** Sends a block, and no bytes at the end. The device begins its work when it is asked for its status. */
  async send(block: number, bytes: Uint8Array, step: string): Promise<void> {
    await this.#guarded(step, () =>
      this.link.controlOut(
        { type: 'class', request: requests.download, value: block & 0xffff },
        bytes,
        REQUEST_MS,
        this.#signal,
      ),
    )
  }

  /** Sends a block and waits until the device has taken it. */
  async download(block: number, bytes: Uint8Array, step: Step): Promise<void> {
    await this.send(block, bytes, step.name)
    await this.settle(step, ['dfuDNLOAD-IDLE'])
  }

  /** Reads up to `length` bytes. */
  upload(block: number, length: number, step: string): Promise<Uint8Array> {
    return this.#guarded(step, () =>
      this.link.controlIn(
        { type: 'class', request: requests.upload, value: block & 0xffff },
        length,
        REQUEST_MS,
        this.#signal,
      ),
    )
  }

  /** Waits until the device has done its work and is in one of the states. @throws FlashError DFU_BUSY, DFU_STATE, DfuRefusal. */
  async settle({ name, limitMs }: Step, wanted: readonly DfuState[]): Promise<DfuStatus> {
    const end = this.#clock.steady() + limitMs
    for (;;) {
      const answer = await this.#statusOfBusy(name, end)
      if (answer?.state === 'dfuERROR' || (answer && answer.status !== 'OK')) throw new DfuRefusal(name, answer.status)
      if (answer && wanted.includes(answer.state)) return answer
      if (answer && !working.has(answer.state)) throw new FlashError('DFU_STATE', { step: name, state: answer.state })
      const left = end - this.#clock.steady()
      if (left <= 0) throw new FlashError('DFU_BUSY', { step: name, seconds: limitMs / 1000 })
      await this.#wait(answer?.pollMs ?? 0, left)
    }
  }

  /** The status of a device that may hold off its answer while it works; undefined: it did. */
  async #statusOfBusy(step: string, end: number): Promise<DfuStatus | undefined> {
    try {
      return await this.status(step)
    } catch (error) {
      if (error instanceof FlashError && error.code === 'DFU_SILENT' && this.#clock.steady() < end) return undefined
      throw error
    }
  }

  /** Waits as long as the device asks for; some ask for hours. */
  #wait(pollMs: number, leftMs: number): Promise<void> {
    return pause(this.#clock, Math.max(1, pollMs > leftMs ? Math.min(AGAIN_MS, leftMs) : pollMs), this.#signal)
  }

  async #command(step: string, request: number): Promise<void> {
    await this.#guarded(step, () =>
      this.link.controlOut({ type: 'class', request, value: 0 }, new Uint8Array(0), REQUEST_MS, this.#signal),
    )
  }

  /** Does a transfer, and tells why the device did not carry it out. */
  async #guarded<T>(step: string, transfer: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted()
    try {
      return await transfer()
    } catch (error) {
      if (!(error instanceof UsbTransferError)) throw error
      if (error.kind === 'timeout')
        throw new FlashError('DFU_SILENT', { step, seconds: REQUEST_MS / 1000 }, { cause: error })
      throw new DfuRefusal(step, await this.#statusOfRefusal(), { cause: error })
    }
  }

  /** A refused transfer is a stall; the status says why. */
  async #statusOfRefusal(): Promise<string> {
    try {
      const bytes = await this.link.controlIn(
        { type: 'class', request: requests.getStatus, value: 0 },
        6,
        REQUEST_MS,
        this.#signal,
      )
      return parseStatus(bytes)?.status ?? 'STALL'
    } catch (error) {
      if (error instanceof LinkLostError || this.#signal.aborted) throw error
      return 'STALL'
    }
  }
}
