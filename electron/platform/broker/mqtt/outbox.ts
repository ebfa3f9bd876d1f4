import { type OutgoingMessage, publishBytes, type Receiver } from './write-packet.ts'

/** Messages without PUBACK after which the oldest is forgotten: a device that acknowledges none must not fill the memory. */
const UNACKNOWLEDGED_MAX = 1000
/** Messages that wait for the Receive Maximum of an MQTT 5 client. */
const WAITING_MAX = 64
const IDS = 65_535

export interface Sending {
  readonly message: OutgoingMessage
  /** Gets the packet once it may be written, or undefined where it never can be. */
  readonly write: (bytes: Buffer | undefined) => void
  /** The client has acknowledged it; never called at QoS 0. */
  readonly acknowledged: () => void
}

/** Messages on their way to one client: packet ids, the Receive Maximum (MQTT 5.0, 4.9) and acknowledgements. Pure. */
export class Outbox {
  readonly #receiver: Receiver
  /** MQTT 3.1 and 3.1.1 know no maximum. */
  readonly #receiveMaximum: number
  #lastId = 0
  /** By packet id, oldest first. */
  readonly #unacknowledged = new Map<number, () => void>()
  #waiting: Sending[] = []

  constructor(receiver: Receiver, receiveMaximum = Number.POSITIVE_INFINITY) {
    this.#receiver = receiver
    this.#receiveMaximum = receiveMaximum
  }

  /** Writes a message, or keeps it until the client may have another one. */
  send(sending: Sending): void {
    const { message, write } = sending
    if (message.qos === 0) write(this.#sized(publishBytes(this.#receiver.version, message, 0)))
    else if (this.#unacknowledged.size < this.#receiveMaximum) this.#write(sending)
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(sending)
    else write(undefined)
  }

  /** Handles a PUBACK; one for an unknown id has no effect. */
  acknowledged(messageId: number): void {
    const acknowledged = this.#unacknowledged.get(messageId)
    if (!acknowledged) return
    this.#unacknowledged.delete(messageId)
    acknowledged()
    const next = this.#waiting.shift()
    if (next) this.send(next)
  }

  /** The connection has ended: what waits is never written. */
  end(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#unacknowledged.clear()
    for (const { write } of waiting) write(undefined)
  }

  #write({ message, write, acknowledged }: Sending): void {
    const id = this.#nextId()
    const bytes = this.#sized(publishBytes(this.#receiver.version, message, id))
    if (bytes) {
      this.#unacknowledged.set(id, acknowledged)
      const [oldest] = this.#unacknowledged.keys()
      if (this.#unacknowledged.size > UNACKNOWLEDGED_MAX && oldest !== undefined) this.#unacknowledged.delete(oldest)
    }
    write(bytes)
  }

  /** A packet larger than the client takes is not sent (MQTT-3.1.2-24). */
  #sized(bytes: Buffer): Buffer | undefined {
    return bytes.length <= this.#receiver.maximumPacketSize ? bytes : undefined
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % IDS) + 1
    while (this.#unacknowledged.has(this.#lastId))
    return this.#lastId
  }
}
