import { FlashError } from '../../flasher.ts'
import type { TimedLink } from '../timed-link.ts'
import { ack, type BlockCheck, blockFrame, can, cancelFrame, eot, nak, wantsCrc, wantsStream } from './frames.ts'

interface SenderSettings {
  readonly baudRate: number
  /** How often one block is sent again. */
  readonly retries: number
}

/** Forsberg 7.4: the receiver's answer may take ten seconds. */
const answerMs = 10_000
/** An EOT is a single byte, and so is its answer. */
const endMs = 3_000
const closeMs = 2_000
const settleMs = 50
/** After a CAN: how soon the second one must follow. */
const secondCanMs = 1_000

/** A byte with silence on both sides is a request; in the output of a bootloader the next one follows at once. */
const aloneMs = 200
/** Requests for YMODEM-G that leave no doubt. */
const streamRequests = 3

type Answer = 'ack' | 'nak' | 'silence' | 'again'

/** The sending side of XMODEM and YMODEM: requests, blocks and ends, with retries and cancels. */
export class XmodemSender {
  readonly #wire: TimedLink
  readonly #settings: SenderSettings
  /** The request for the next file came in place of an acknowledgement. */
  #askedAlready = false

  constructor(wire: TimedLink, settings: SenderSettings) {
    this.#wire = wire
    this.#settings = settings
  }

  /**
   * Waits for the receiver's request, which says how it checks. Other bytes are output of its bootloader.
   * @returns undefined after `timeoutMs`. @throws FlashError MODEM_CANCELLED; MODEM_STREAMING for a receiver of YMODEM-G.
   */
  async request(timeoutMs: number, block = 0): Promise<BlockCheck | undefined> {
    const deadline = this.#wire.now + timeoutMs
    let streams = 0
    let textAt = Number.NEGATIVE_INFINITY
    let next: number | undefined
    while (next !== undefined || this.#wire.now < deadline) {
      const byte: number | undefined = next ?? (await this.#wire.byte(deadline - this.#wire.now))
      next = undefined
      if (byte === undefined) break
      if (byte === wantsCrc || byte === nak) {
        await this.#quiet(block)
        return byte === wantsCrc ? 'crc' : 'checksum'
      }
      if (byte === can) await this.#cancelled(block)
      const isStream = byte === wantsStream && this.#wire.now - textAt >= aloneMs
      if (isStream) next = await this.#wire.byte(aloneMs)
      if (isStream && next === undefined) streams += 1
      else {
        streams = 0
        textAt = this.#wire.now
      }
      if (streams === streamRequests) break
    }
    // A receiver that streams acknowledges nothing, so it would take blocks for ever and confirm none.
    if (streams > 0) throw new FlashError('MODEM_STREAMING')
    return undefined
  }

  /**
   * Sends a block until it is acknowledged.
   * @returns false when it was refused `attempts` times. @throws FlashError MODEM_CANCELLED, MODEM_SILENT.
   */
  async block(number: number, frame: Uint8Array, attempts = this.#settings.retries): Promise<boolean> {
    // A request sent before the block arrived is outdated; a later one asks for the block again.
    const onTheWireMs = (frame.length * 10_000) / this.#settings.baudRate + 1_000
    let silences = 0
    for (let attempt = 0; attempt < attempts; attempt++) {
      await this.#wire.send(frame)
      const answer = await this.#answer(number, answerMs + onTheWireMs, onTheWireMs)
      if (answer === 'ack') return true
      silences = answer === 'silence' ? silences + 1 : 0
      // The receiver is gone; ten waits of ten seconds would be useless.
      if (silences >= 3) throw new FlashError('MODEM_SILENT', { block: number })
    }
    return false
  }

  /** @throws FlashError MODEM_RETRIES and those of `block`. */
  async mustTake(number: number, frame: Uint8Array): Promise<true> {
    if (await this.block(number, frame)) return true
    throw new FlashError('MODEM_RETRIES', { block: number, retries: this.#settings.retries })
  }

  /**
   * Ends a file: EOT until it is acknowledged; many receivers refuse the first one to be sure (Forsberg 5).
   * @throws FlashError MODEM_END_REFUSED, MODEM_CANCELLED.
   */
  async end(blocks: number, batch: boolean): Promise<void> {
    for (let attempt = 0; attempt < this.#settings.retries; attempt++) {
      await this.#wire.send(Uint8Array.of(eot))
      const answer = await this.#answer(blocks, endMs, 0)
      // In a batch, a request for the next file confirms this one.
      if (answer === 'ack' || (batch && answer === 'again')) {
        if (answer === 'again') this.#askedAlready = true
        return
      }
    }
    throw new FlashError('MODEM_END_REFUSED')
  }

  /**
   * The empty block that ends a batch. Receivers that leave at once do not answer it, so its answer is optional.
   * @returns whether it was acknowledged.
   */
  async close(data: Uint8Array): Promise<boolean> {
    await this.#wire.send(blockFrame(0, data, 'crc'))
    return (await this.#answer(0, closeMs, closeMs)) === 'ack'
  }

  /** The request for the next file of a batch; false if it does not arrive, as with receivers that take one file and leave. */
  async requestNext(timeoutMs: number): Promise<boolean> {
    if (this.#askedAlready) {
      this.#askedAlready = false
      return true
    }
    return (await this.request(timeoutMs)) !== undefined
  }

  /** Cancels the transfer at the receiver. */
  async cancel(): Promise<void> {
    await this.#wire.farewell(cancelFrame)
  }

  /** Waits until repeated requests have passed. Many receivers empty their buffer after a request and would lose a block that follows at once. */
  async #quiet(block: number): Promise<void> {
    for (;;) {
      const byte = await this.#wire.byte(settleMs)
      if (byte === undefined) return
      if (byte === can) await this.#cancelled(block)
    }
  }

  async #answer(block: number, timeoutMs: number, ignoreRequestsMs: number): Promise<Answer> {
    const sentAt = this.#wire.now
    const deadline = sentAt + timeoutMs
    while (this.#wire.now < deadline) {
      const byte = await this.#wire.byte(deadline - this.#wire.now)
      if (byte === ack) return 'ack'
      if (byte === nak) return 'nak'
      if (byte === can) await this.#cancelled(block)
      if (byte === wantsCrc && this.#wire.now - sentAt >= ignoreRequestsMs) return 'again'
    }
    return 'silence'
  }

  /** One CAN may be noise; two in a row cancel (Forsberg 7.5). */
  async #cancelled(block: number): Promise<void> {
    const next = await this.#wire.byte(secondCanMs)
    if (next === can) throw new FlashError('MODEM_CANCELLED', { block })
  }
}
